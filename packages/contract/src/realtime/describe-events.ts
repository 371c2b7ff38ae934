import { z } from "zod";
import { socketEvents } from "../socket-events.ts";
import { protocolMarkdown } from "./describe-protocol.ts";
import { roomKinds } from "./rooms.ts";

const roleText = {
  agent: "any role",
  supervisor: "supervisors and up",
  admin: "admins",
  operator: "operators",
} as const;

/** The text of docs/realtime.md: all that a client in any language needs to know. Ends with a line break. */
export function realtimeMarkdown(): string {
  const rooms = Object.values(roomKinds).map(({ pattern, who, what }) => `| \`${pattern}\` | ${who} | ${what} |`);
  const toServer = eventsTo("to-server");
  const toClient = eventsTo("to-client");
  return `${[
    "<!-- Generated from packages/contract/src/socket-events.ts. Do not edit. -->",
    protocolMarkdown,
    "## Rooms",
    "Rooms are entered with `join` and left with `leave`. Ids of other tenants are answered as ids that do not exist.",
    ["| room | who may join | what arrives |", "|---|---|---|", ...rooms].join("\n"),
    "## Events that you send",
    ...toServer,
    "## Events that you receive",
    ...toClient,
  ].join("\n\n")}\n`;
}

function eventsTo(direction: "to-server" | "to-client"): string[] {
  return Object.entries(socketEvents)
    .filter(([, event]) => event.direction === direction)
    .map(([name, event]) => {
      const parts = [
        `### \`${name}\``,
        event.description,
        `For: ${roleText[event.role]}.`,
        "Payload:",
        schemaOf(event.payload),
      ];
      if (event.ack !== null) parts.push("Acknowledgement:", schemaOf(event.ack));
      return parts.join("\n\n");
    });
}

function schemaOf(schema: z.ZodType): string {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input" });
  return `\`\`\`json\n${JSON.stringify(described, null, 2)}\n\`\`\``;
}
