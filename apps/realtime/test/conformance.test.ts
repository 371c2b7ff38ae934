import { eventually } from "@deskpulse/testkit/eventually";
import { afterEach, describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { createRealtimeServer, type RealtimeServer } from "../src/realtime-server.ts";
import { quiet } from "./realtime-fixture.ts";

/** The timings that the protocols' own suites ask for, and no authentication. */
async function startBare(): Promise<RealtimeServer> {
  const server = await createRealtimeServer({
    listen: { host: "127.0.0.1", port: 0 },
    log: quiet,
    path: "/socket.io/",
    pingIntervalMs: 300,
    pingTimeoutMs: 200,
    connectTimeoutMs: 1_000,
    maxPayloadBytes: 1e6,
  });
  const echo = (socket: { on: CallableFunction; emit: CallableFunction; handshake: { auth: object } }): void => {
    socket.emit("auth", socket.handshake.auth);
    socket.on("message", (...args: unknown[]) => socket.emit("message-back", ...args));
    socket.on("message-with-ack", (...args: unknown[]) => (args.at(-1) as CallableFunction)(...args.slice(0, -1)));
  };
  server.io.on("connection", (socket) => echo(socket as never));
  server.io.of("/custom").on("connection", (socket) => echo(socket as never));
  return server;
}

let server: RealtimeServer;
afterEach(() => server.stop());
const url = (protocol: string, transport: string) =>
  `${protocol}://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=${transport}`;

/** A websocket whose packets are read one by one; pings are counted and answered beside them. */
function open(address = url("ws", "websocket"), answersPings = true) {
  const socket = new WebSocket(address);
  const packets: (string | Buffer)[] = [];
  const pings: string[] = [];
  const readers: ((packet: string | Buffer) => void)[] = [];
  socket.on("message", (data: Buffer, binary) => {
    const packet = binary ? data : data.toString();
    if (packet === "2") {
      pings.push(packet);
      if (answersPings) socket.send("3");
      return;
    }
    const reader = readers.shift();
    if (reader) reader(packet);
    else packets.push(packet);
  });
  return {
    socket,
    packets,
    pings,
    opened: new Promise((resolve) => socket.once("open", resolve)),
    closed: new Promise((resolve) => socket.once("close", resolve)),
    next: () => {
      const packet = packets.shift();
      return packet === undefined ? new Promise<string | Buffer>((resolve) => readers.push(resolve)) : packet;
    },
  };
}

describe("Engine.IO", () => {
  test("opens with the timings given, over websocket and over polling", async () => {
    server = await startBare();
    const { socket, next } = open();
    const handshake = JSON.parse(String(await next()).slice(1));
    expect(handshake).toEqual({
      sid: expect.any(String),
      upgrades: [],
      pingInterval: 300,
      pingTimeout: 200,
      maxPayload: 1e6,
    });
    socket.close();
    const polled = await (await fetch(url("http", "polling"))).text();
    expect(JSON.parse(polled.slice(1)).upgrades).toEqual(["websocket"]);
    expect((await fetch(url("http", "abc"))).status).toBe(400);
    expect((await fetch(`${url("http", "polling")}&sid=none`)).status).toBe(400);
  });

  test("pings, takes pongs, and closes without them", async () => {
    server = await startBare();
    const alive = open();
    await alive.next();
    alive.socket.send("40");
    await eventually(() => expect(alive.pings.length).toBeGreaterThanOrEqual(3));
    const silent = open(url("ws", "websocket"), false);
    await silent.next();
    await silent.closed;
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
    alive.socket.close();
  });

  test("upgrades from polling to websocket", async () => {
    server = await startBare();
    const { sid } = JSON.parse((await (await fetch(url("http", "polling"))).text()).slice(1));
    const { socket, next, opened } = open(`${url("ws", "websocket")}&sid=${sid}`);
    await opened;
    socket.send("2probe");
    expect(await next()).toBe("3probe");
    socket.send("5");
    socket.send("40");
    expect(String(await next())).toMatch(/^40\{"sid":/);
    socket.close();
  });

  test("answers nothing for a session that was upgraded or closed, and no other method or version", async () => {
    server = await startBare();
    const address = url("http", "polling");
    const session = async () => JSON.parse((await (await fetch(address)).text()).slice(1)).sid;
    const upgraded = await session();
    const { socket, next, opened } = open(`${url("ws", "websocket")}&sid=${upgraded}`);
    await opened;
    socket.send("2probe");
    await next();
    socket.send("5");
    expect((await fetch(`${address}&sid=${upgraded}`)).status).toBe(400);
    socket.close();
    const closed = await session();
    const [poll] = await Promise.all([
      fetch(`${address}&sid=${closed}`),
      fetch(`${address}&sid=${closed}`, { method: "POST", body: "1" }),
    ]);
    expect(await poll.text()).toBe("6");
    expect((await fetch(`${address}&sid=${closed}`)).status).toBe(400);
    for (const method of ["POST", "PUT"]) expect((await fetch(address, { method })).status).toBe(400);
    expect((await fetch(address.replace("EIO=4", "EIO=abc"))).status).toBe(400);
  });

  test("can be had without Socket.IO: several packets in one payload, binary among them", async () => {
    server = await startBare();
    const { engine } = server.io;
    engine.removeAllListeners("connection");
    engine.on("connection", (raw: { on: CallableFunction; send: CallableFunction }) => {
      raw.on("message", (data: unknown) => raw.send(data));
    });
    const { sid } = JSON.parse((await (await fetch(url("http", "polling"))).text()).slice(1));
    const payload = "4hello\x1ebAQIDBA==\x1e4again";
    const pushed = await fetch(`${url("http", "polling")}&sid=${sid}`, { method: "POST", body: payload });
    expect(await pushed.text()).toBe("ok");
    expect(await (await fetch(`${url("http", "polling")}&sid=${sid}`)).text()).toBe(payload);
  });

  test("closes who sends what cannot be read, and who never connects to a namespace", async () => {
    server = await startBare();
    const garbled = open();
    await garbled.next();
    garbled.socket.send("4abc");
    await garbled.closed;
    const mute = open();
    await mute.next();
    await mute.closed;
  });
});

describe("Socket.IO", () => {
  async function connected(payload = "") {
    server = await startBare();
    const connection = open();
    await connection.next();
    connection.socket.send(`40${payload}`);
    expect(String(await connection.next())).toMatch(/^40\{"sid":"[^"]+"\}$/);
    return connection;
  }

  test("connects with a payload, and sends nothing of its own before it is asked", async () => {
    const { next, socket, pings, packets } = await connected('{"token":"123"}');
    expect(await next()).toBe('42["auth",{"token":"123"}]');
    await eventually(() => expect(pings.length).toBeGreaterThanOrEqual(2));
    expect(packets).toEqual([]);
    socket.close();
  });

  test("connects to a custom namespace and refuses an unknown one", async () => {
    const { next, socket } = await connected();
    await next();
    socket.send("40/custom,");
    expect(String(await next())).toMatch(/^40\/custom,\{"sid":/);
    expect(await next()).toBe('42/custom,["auth",{}]');
    socket.send("40/random");
    expect(await next()).toBe('44/random,{"message":"Invalid namespace"}');
    socket.close();
  });

  test("carries events, acknowledgements and binary both ways", async () => {
    const { next, socket } = await connected();
    await next();
    socket.send('42["message",1,"2",{"3":[true]}]');
    expect(await next()).toBe('42["message-back",1,"2",{"3":[true]}]');
    socket.send('42456["message-with-ack",1,"2"]');
    expect(await next()).toBe('43456[1,"2"]');
    socket.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    socket.send(Buffer.from([1, 2, 3]));
    socket.send(Buffer.from([4, 5, 6]));
    expect(await next()).toBe('452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    expect(await next()).toEqual(Buffer.from([1, 2, 3]));
    expect(await next()).toEqual(Buffer.from([4, 5, 6]));
    socket.close();
  });

  test("goes on after a namespace was left", async () => {
    const { next, socket, pings, packets } = await connected();
    await next();
    socket.send("40/custom");
    await next();
    await next();
    socket.send("41/custom");
    socket.send('42["message","to the main one"]');
    expect(await next()).toBe('42["message-back","to the main one"]');
    socket.send("41");
    const before = pings.length;
    await eventually(() => expect(pings.length).toBeGreaterThan(before));
    expect(packets).toEqual([]);
    socket.close();
  });

  test("closes on an invalid packet", async () => {
    for (const packet of ["4abc", "42{}", '42["connect"]', '451-["x"', "49"]) {
      const { socket, closed } = await connected();
      socket.send(packet);
      await closed;
      await server.stop();
    }
  });
});
