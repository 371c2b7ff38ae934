import { spawn } from "node:child_process";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { startTcpProxy } from "./tcp-proxy.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the API with these variables only, until it ends by itself. */
async function runApi(variables: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=development", "apps/api/src/main.ts"], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", ...variables },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const limit = setTimeout(() => child.kill("SIGKILL"), 25_000);
  return await new Promise((resolve) =>
    child.once("close", (code) => {
      clearTimeout(limit);
      resolve({ code, output });
    }),
  );
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.unref();
  });

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const proxy = await startTcpProxy("tcp://127.0.0.1:1", { open: false });
  return Number(new URL(proxy.through("tcp://x:1")).port);
}

describe("the API ends with 1 before it listens", () => {
  test("when its configuration is wrong: every bad variable at once, and never a value", async () => {
    const port = await closedPort();
    const { code, output } = await runApi({
      DATABASE_URL: "mysql://root:hunter2@nowhere/x",
      REDIS_PREFIX: "Not Good!",
      API_PORT: String(port),
      JWT_SECRET: "hunter3",
      DATABASE_POOL_MAX: "0",
      BODY_BYTES_MAX: "many",
      BOARD_ORIGINS: "https://fine.example,javascript:alert(1)",
      BOARD_SECURE_COOKIE: "yes",
      LOG_LEVEL: "loud",
      SHUTDOWN_LIMIT_MS: "-5",
    });
    expect(code).toBe(1);
    for (const name of [
      "DATABASE_URL",
      "REDIS_URL: is not set",
      "REDIS_PREFIX",
      "JWT_SECRET",
      "DATABASE_POOL_MAX",
      "BODY_BYTES_MAX",
      "BOARD_ORIGINS",
      "BOARD_SECURE_COOKIE",
      "LOG_LEVEL",
      "SHUTDOWN_LIMIT_MS",
    ]) {
      expect(output).toContain(`  ${name}`);
    }
    expect(output).not.toMatch(/hunter|Not Good|alert|loud/);
    expect(output).not.toContain("    at ");
    expect(await answers(port)).toBe(false);
  });

  test("when Postgres stays away for DATABASE_WAIT_MS: it says so, having tried again and again", async () => {
    const [port, nobody] = [await closedPort(), await closedPort()];
    const startedAt = Date.now();
    const { code, output } = await runApi({
      DATABASE_URL: `postgres://deskpulse:hunter2@127.0.0.1:${nobody}/deskpulse`,
      REDIS_URL: `redis://127.0.0.1:${nobody}`,
      JWT_SECRET: "a secret that is only for these tests, long enough",
      API_PORT: String(port),
      DATABASE_WAIT_MS: "2000",
    });
    expect(code).toBe(1);
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    expect(output.match(/Postgres is not reachable yet/g)?.length).toBeGreaterThanOrEqual(2);
    expect(output).toContain("Postgres could not be reached within 2000 ms");
    expect(output).not.toContain("hunter2");
    expect(await answers(port)).toBe(false);
  });
});
