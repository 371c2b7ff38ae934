import { once } from "node:events";
import { connect } from "node:net";
import { problemDocument } from "@deskpulse/contract/http/problem";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { httpOf, type StartedSampleWorld, startSampleWorld, table } from "./sample-world.ts";
import { tableContents } from "./table-contents.ts";

let world: StartedSampleWorld;
beforeAll(async () => {
  world = await startSampleWorld();
});
afterAll(() => world.api.stop());

/** What comes back until the server closes; the bytes are what no HTTP client would send. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect(world.api.port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => {
    answer += text;
  });
  socket.write(bytes, "latin1");
  await once(socket, "close");
  return answer;
}

/** Ways to break a request below HTTP: the line, the headers, the framing of the body. */
const breaks: Readonly<Record<string, (line: string, headers: string, body: string) => string>> = {
  "NUL in the path": (line, headers, body) => `${line.replace(" HTTP", "\0 HTTP")}\r\n${headers}\r\n${body}`,
  "a bare line break in the path": (line, headers, body) =>
    `${line.replace(" HTTP", "\nx HTTP")}\r\n${headers}\r\n${body}`,
  "a blank in the path": (line, headers, body) => `${line.replace(" HTTP", " x HTTP")}\r\n${headers}\r\n${body}`,
  "a version that is none": (line, headers, body) => `${line.replace("1.1", "9.9")}\r\n${headers}\r\n${body}`,
  "a method that is none": (line, headers, body) => `%${line}\r\n${headers}\r\n${body}`,
  "a header without a name": (line, headers, body) => `${line}\r\n${headers}: x\r\n\r\n${body}`,
  "a header name with a blank": (line, headers, body) => `${line}\r\n${headers}a b: x\r\n\r\n${body}`,
  "NUL in a header": (line, headers, body) => `${line}\r\n${headers}x-a: \0\r\n\r\n${body}`,
  "a length that is no number": (line, headers) => `${line}\r\n${headers}Content-Length: -1\r\n\r\n`,
  "two lengths": (line, headers, body) => `${line}\r\n${headers}Content-Length: 1\r\nContent-Length: 2\r\n\r\n${body}`,
  "length and chunks": (line, headers) =>
    `${line}\r\n${headers}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "a chunk of no size": (line, headers, body) =>
    `${line}\r\n${headers}Transfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n`,
  "headers without end": (line, headers) => `${line}\r\n${headers}${"x-a: y\r\n".repeat(8_000)}\r\n`,
  "a path without end": (line, headers) => `${line.replace(" HTTP", `?${"x".repeat(20_000)} HTTP`)}\r\n${headers}\r\n`,
};

describe.each(table)("%s", (key, route) => {
  test("what is no HTTP is refused with a problem document and writes nothing", async () => {
    const who = route.role === "operator" ? "operator" : "admin";
    const { target, sent } = httpOf(route, await world.sampleFor(key, who));
    const line = `${route.method} ${target} HTTP/1.1`;
    const headers = `Host: x\r\nConnection: close\r\nAuthorization: Bearer ${world.api.tokens[who]}\r\nContent-Type: application/json\r\n`;
    const before = await tableContents(world.api.database);
    for (const [kind, broken] of Object.entries(breaks)) {
      // a GET is served when its headers are read, whatever follows
      if (route.method === "GET" && kind === "a chunk of no size") continue;
      const answer = await exchange(broken(line, headers, JSON.stringify(sent.body ?? {})));
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      const status = Number(head.split(" ")[1]);
      if (!(status >= 400 && status < 500)) throw new Error(`${kind}: ${answer.slice(0, 300)}`);
      expect(problemDocument.parse(JSON.parse(body)).status).toBe(status);
    }
    expect(await tableContents(world.api.database)).toEqual(before);
  });
});
