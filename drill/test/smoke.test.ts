import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { fullSize, makePlan, smokeSize } from "../plan.ts";
import { restartDelays } from "../restarts.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

test("a short drill loses nothing and doubles nothing", async () => {
  const { code, output } = await run(["--smoke", "--seed", "7"]);
  expect(output).toMatch(/^lost {2,}0$/m);
  expect(output).toMatch(/^effects doubled {2,}0$/m);
  expect(output).toMatch(/^stuck {2,}0$/m);
  expect(output).toMatch(/^The drill is passed/m);
  expect(code).toBe(0);
}, 110_000);

test("a short drill of schedules misses no slot and doubles none", async () => {
  const { code, output } = await run(["schedules", "--smoke", "--seed", "7"]);
  expect(output).toMatch(/^missing {2,}0$/m);
  expect(output).toMatch(/^doubled {2,}0$/m);
  expect(output).toMatch(/^The drill is passed/m);
  expect(code).toBe(0);
}, 60_000);

test("the same seed gives the same plan, another another", () => {
  expect(makePlan(7, fullSize)).toEqual(makePlan(7, fullSize));
  expect(makePlan(8, fullSize)).not.toEqual(makePlan(7, fullSize));
});

test("a plan holds what is promised", () => {
  const { requests, faults } = makePlan(3, fullSize);
  const early = faults.flatMap((fault) => (fault.kind === "kill-api" ? fault.requests : []));
  expect(requests.length + early.length).toBe(500);
  expect(new Set([...requests, ...early].map(({ token }) => token)).size).toBe(500);
  expect(faults.filter(({ kind }) => kind === "kill-worker")).toHaveLength(20);
  for (const kind of ["freeze-worker", "kill-api", "restart-redis", "empty-redis"])
    expect(faults.some((fault) => fault.kind === kind)).toBe(true);
  expect(makePlan(3, smokeSize).requests.length).toBeLessThan(100);
});

test("a restart is counted from the last loss, without the time that Redis was away", () => {
  const losses = [
    { atMs: 1_000, runIds: ["a", "b"] },
    { atMs: 4_000, runIds: ["b"] },
  ];
  const starts = [
    { runId: "a", atMs: 500 },
    { runId: "a", atMs: 9_000 },
    { runId: "b", atMs: 10_000 },
  ];
  expect(restartDelays(losses, starts, [{ fromMs: 8_500, toMs: 9_500 }])).toEqual([7_500, 5_000]);
});

function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const tsx = fileURLToPath(new URL("../../node_modules/tsx/dist/cli.mjs", import.meta.url));
  const child = spawn(process.execPath, [tsx, "--conditions=development", "drill/main.ts", ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", TMPDIR: process.env.TMPDIR ?? "/tmp", DATABASE_URL: database.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
