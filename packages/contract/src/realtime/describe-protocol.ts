import { eventResultBytesMax } from "./job-event.ts";

/** How to connect, what is guaranteed and how things end: what no schema says. */
export const protocolMarkdown = `# Realtime over Socket.IO

The realtime server speaks Socket.IO protocol 5 over Engine.IO protocol 4, by long-polling and by websocket, on the path \`/socket.io/\` (setting \`REALTIME_PATH\`) of its own port (\`REALTIME_PORT\`, 3001), in the default namespace \`/\`. Any Socket.IO client of version 3 or newer fits. Behind several servers, long-polling needs sticky sessions; websocket alone does not.

## Connecting

Send the access token or API key in the handshake, as \`auth.token\` or as the header \`Authorization: Bearer <token>\`:

\`\`\`js
const socket = io("http://127.0.0.1:3001", { auth: (give) => give({ token: currentToken() }) });
\`\`\`

Give \`auth\` as a function: it is asked again on each reconnection, so that no old token is sent. On the wire, over a websocket to \`/socket.io/?EIO=4&transport=websocket\`:

\`\`\`text
<- 0{"sid":"...","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":65536}
-> 40{"token":"eyJ..."}
<- 40{"sid":"..."}
-> 421["join",{"room":"job:0192f3c4-7b1a-7cc0-8f5e-2f6f4d1c9a01"}]
<- 431[{"ok":true}]
<- 42["job",{"runId":"0192f3c4-7b1a-7cc0-8f5e-2f6f4d1c9a01","state":"started", ...}]
<- 2            (ping; answer 3)
\`\`\`

- A refused handshake is a \`connect_error\` (packet \`44\`) with \`message\` and \`data: { code, detail }\`. \`unauthenticated\`: get a fresh token first. \`unavailable\`: try again later, with a growing, jittered pause.
- Browsers may connect from the server's own origin and from those in \`REALTIME_CORS_ORIGINS\`; none by default. Anything else answers HTTP 403.
- An inbound packet holds at most 64 KiB; a larger one ends the connection.

## How connections end

| what the client sees | why | what to do |
|---|---|---|
| \`auth-expired\`, then \`io server disconnect\` | the credential expired, was revoked or changed its rights | connect again with a fresh credential; clients do not by themselves |
| \`transport close\` | the server stops, or the socket did not read what it was sent | nothing: clients reconnect by themselves |
| \`io server disconnect\` alone | far too many events were sent | connect again, slower |

Rooms end with the connection: join again after each \`connect\` (and only then). The own user room is entered anew by itself.

## What is promised

- Everything told is read from the database, so it is true when it is sent. What a lost hint left untold is found by reading: in \`job:\` rooms within about 2 seconds, for the other rooms within about 15.
- States of one run never go backwards: \`starts\` never falls, and within one start nothing follows a later state but a retry (\`queued\`) that somebody asked for.
- An event may come twice (after a reconnection, or right after a join), and states that lasted shorter than a read may be skipped; the final state is never skipped for a socket that stays in the \`job:\` room.
- After \`join\` of a \`job:\` room the run's present state follows the acknowledgement, so a client needs no request over HTTP to know where it stands.
- Results of up to ${eventResultBytesMax / 1024} KiB of JSON travel in the event; for larger ones, and in rooms of many, \`resultUrl\` says where to read it (over HTTP, with the same credential).
- An acknowledgement may fail to come when the connection breaks: give each a time limit, then join again. Joining twice does no harm.

## Limits for each socket

200 rooms; 400 events at once and 50 a second in the long run (then \`too-many-requests\`).`;
