import { once } from "node:events";
import { connect } from "node:net";
import { problemDocument } from "@deskpulse/contract/http/problem";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

/** What comes back for these bytes, which no HTTP client would send. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect(api.port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("latin1").on("data", (text) => {
    answer += text;
  });
  socket.write(bytes, "latin1");
  await once(socket, "close");
  return answer;
}
const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`;
/** The problem document in an answer as it came over the wire. */
function problemIn(answer: string) {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head).toContain("content-type: application/problem+json; charset=utf-8");
  return problemDocument.parse(JSON.parse(body));
}
const statusOf = (answer: string): number => Number(answer.split(" ")[1]);

describe("what is no route answers 404", () => {
  test.each([
    "/",
    "/api",
    "/api/",
    "/api/nothing",
    "/api/jobs/a/b/c",
    "/favicon.ico",
    "/api/jobs/x/cancel/",
    "/.env",
    "//api//jobs",
  ])("GET %s", async (path) => {
    await expectProblem(await api.send("GET", path, "agent"), 404);
  });

  test.each([
    ["PUT", "/api/jobs"],
    ["DELETE", "/api/jobs/00000000-0000-7000-8000-000000000000"],
    ["PATCH", "/api/jobs"],
    ["GET", "/api/auth/token"],
    ["GET", "/api/jobs/00000000-0000-7000-8000-000000000000/cancel"],
    ["POST", "/healthz"],
    ["PROPFIND", "/api/jobs"],
  ])("%s %s", async (method, path) => {
    await expectProblem(await api.send(method, path, "admin"), 404);
  });

  test("paths that climb out of the tree", async () => {
    for (const path of ["/api/../../etc/passwd", "/api/jobs/../../package.json", "/..;/admin"]) {
      expect(statusOf(await exchange(get(path)))).toBe(404);
    }
  });
});

describe("what cannot be read answers 400", () => {
  test.each(["/api/jobs/%", "/api/jobs/%zz", "/api/jobs/%E0%A4%A"])("GET %s", async (path) => {
    await expectProblem(await api.send("GET", path, "agent"), 400);
  });

  test.each([
    ["no HTTP", "hello\r\n\r\n"],
    ["a header without a name", get("/api/jobs", ": x\r\n")],
    ["two lengths", "POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    [
      "length and chunks",
      "POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a line break in a header", get("/api/jobs", "x-request-id: a\rb\r\n")],
  ])("%s", async (_, bytes) => {
    const answer = await exchange(bytes);
    expect(statusOf(answer)).toBe(400);
    expect(problemIn(answer).code).toBe("bad-request");
  });

  test("a second request that is no HTTP, on a connection that has served one", async () => {
    const socket = connect(api.port, "127.0.0.1").setEncoding("latin1");
    socket.write(get("/healthz").replace("close", "keep-alive"));
    const [first] = (await once(socket, "data")) as [string];
    expect(statusOf(first)).toBe(200);
    socket.write("nonsense\r\n\r\n");
    const [second] = (await once(socket, "data")) as [string];
    expect(problemIn(second).code).toBe("bad-request");
    await once(socket, "close");
  });
});

test("headers beyond every bound answer 431", async () => {
  const answer = await exchange(get("/api/jobs", `x-much: ${"x".repeat(20_000)}\r\n`));
  expect(statusOf(answer)).toBe(431);
  expect(problemIn(answer).code).toBe("headers-too-large");
});

test("HEAD answers as GET does, without a body", async () => {
  const response = await api.send("HEAD", "/api/jobs", "agent");
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
  expect((await api.send("HEAD", "/api/jobs", null)).status).toBe(401);
});

test("no answer says what serves it", async () => {
  for (const path of ["/api/jobs", "/api/nothing", "/healthz"]) {
    const { headers } = await api.send("GET", path, "agent");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("server")).toBeNull();
    if (path.startsWith("/api")) expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
});
