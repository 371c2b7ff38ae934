import { randomUUID } from "node:crypto";
import { jobs } from "@deskpulse/jobs/catalog";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture, tokenFor } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
let token: string;
const userId = randomUUID();
beforeAll(async () => {
  api = await startApiFixture({ jobs });
  token = await tokenFor({ subject: userId, role: "agent", tenantId: api.tenants.acme });
});
afterAll(() => api.stop());

const path = "/api/analytics/users/performance?from=2026-01-01&to=2026-02-01";
const asAgent = (query = "") =>
  fetch(api.origin + path + query, { headers: { authorization: `Bearer ${token}`, prefer: "respond-async" } });

async function agentsOf(runId: string): Promise<unknown> {
  const [row] = await api.database.sql`select input->'filters'->'agentId' as agents from job_runs where id = ${runId}`;
  return row?.agents;
}

test("an agent's report is of the agent alone, asked for or not", async () => {
  const run = await runOf(await asAgent(), 202);
  expect(await agentsOf(run.id)).toEqual([userId]);
  expect((await runOf(await asAgent(`&agentId=${userId.toUpperCase()}`), 202)).id).toBe(run.id);
});

test("another agent's figures are not there for an agent, alone or beside the own ones: 404", async () => {
  const before = await api.countRuns();
  await expectProblem(await asAgent(`&agentId=${randomUUID()}`), 404);
  await expectProblem(await asAgent(`&agentId=${userId}&agentId=${randomUUID()}`), 404);
  expect(await api.countRuns()).toBe(before);
});

test("the same holds for runs that an agent starts", async () => {
  const start = async (input: object) =>
    fetch(`${api.origin}/api/jobs`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ job: "analytics.users-performance", input }),
    });
  const run = await runOf(await start({ from: "2026-03-01", to: "2026-03-02" }), 202);
  expect(await agentsOf(run.id)).toEqual([userId]);
  await expectProblem(await start({ agentId: [randomUUID()] }), 404);
  const batch = await fetch(`${api.origin}/api/jobs/batch`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ runs: [{ job: "analytics.users-performance", input: { agentId: [randomUUID()] } }] }),
  });
  await expectProblem(batch, 404);
});

test("a supervisor sees all agents", async () => {
  const run = await runOf(await api.send("GET", path, "supervisor", { headers: { prefer: "respond-async" } }), 202);
  expect(await agentsOf(run.id)).toEqual([]);
});
