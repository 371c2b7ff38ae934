import { appRoutes } from "@bull-board/api/dist/routes.js";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buttons } from "../src/operator/board-changes.ts";
import { refusedButtons } from "../src/operator/refused-buttons.ts";
import { type Desk, queueName, startDesk } from "./operator-desk.ts";

let desk: Desk;
let operatorId: string;
let cookie: string;
let readOnlyCookie: string;

beforeAll(async () => {
  desk = await startDesk();
  operatorId = await desk.addOperator("op@example.com", "full");
  await desk.addOperator("look@example.com", "read-only");
  cookie = await desk.signIn("op@example.com");
  readOnlyCookie = await desk.signIn("look@example.com");
});

afterAll(() => desk.stop());

const press = (path: string, { method = "PUT", as = cookie, headers = {} } = {}) =>
  desk.send(method, `/queues/api/queues${path}`, { cookie: as, headers });
const inBullMq = async (jobId: string) => (await desk.queue.getJob(jobId)) !== undefined;

describe("Bull Board's buttons", () => {
  test("are all known here: none of the installed version's is left to the default", () => {
    const changes = appRoutes.api.filter(({ method }) => method !== "get");
    const known = new Set(buttons.map(({ method, path }) => `${method} ${path}`));
    expect(changes.length).toBeGreaterThan(20);
    for (const { method, route } of changes) expect(known).toContain(`${method} ${route}`);
  });

  test("retry starts the failed run anew and takes the old job off the board", async () => {
    const run = await desk.addFailedRun();
    const response = await press(`/${queueName}/${run.jobId}/retry`);
    expect(response.status).toBe(200);
    expect(await desk.runState(run.id)).toEqual({ state: "queued", handover: 2 });
    expect(await inBullMq(run.jobId)).toBe(false);
    expect(await desk.lastAudit()).toEqual({
      actor: operatorId,
      act: "retry-run",
      object: `run:${run.id}`,
      outcome: "done",
      detail: {},
    });
    await press(`/${queueName}/${run.id}-2/clean`);
  });

  test("retry of a run that did not fail is refused, with the reason on the page and in the audit log", async () => {
    const run = await desk.addDelayedRun();
    const response = await press(`/${queueName}/${run.jobId}/retry`);
    expect(response.status).toBe(409);
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ code: "conflict", error: "Conflict", message: problem.detail });
    expect(await desk.lastAudit()).toMatchObject({
      act: "retry-run",
      outcome: "refused",
      detail: { code: "conflict" },
    });
    expect(await inBullMq(run.jobId)).toBe(true);
    await press(`/${queueName}/${run.jobId}/clean`);
  });

  test("remove cancels the run behind the job", async () => {
    const run = await desk.addDelayedRun();
    const response = await press(`/${queueName}/${run.jobId}/clean`);
    expect(response.status).toBe(204);
    expect(await desk.runState(run.id)).toMatchObject({ state: "cancelled" });
    expect(await inBullMq(run.jobId)).toBe(false);
    expect(await desk.lastAudit()).toMatchObject({ act: "cancel-run", object: `run:${run.id}`, outcome: "done" });
  });

  test("remove of a job that has ended touches neither it nor its run, which may be under way again", async () => {
    const run = await desk.addFailedRun();
    await desk.database
      .sql`update job_runs set state = 'queued', finished_at = null, handover = 2 where id = ${run.id}`;
    const response = await press(`/${queueName}/${run.jobId}/clean`);
    expect(response.status).toBe(409);
    expect(await desk.runState(run.id)).toMatchObject({ state: "queued" });
    expect(await inBullMq(run.jobId)).toBe(true);
    await desk.queue.remove(run.jobId);
  });

  test("promote makes a waiting run due now", async () => {
    const run = await desk.addDelayedRun();
    const response = await press(`/${queueName}/${run.jobId}/promote`);
    expect(response.status).toBe(200);
    expect(await desk.runState(run.id)).toEqual({ state: "queued", handover: 2 });
    expect(await inBullMq(run.jobId)).toBe(false);
    expect(await desk.lastAudit()).toMatchObject({ act: "run-now", object: `run:${run.id}`, outcome: "done" });
    await press(`/${queueName}/${run.id}-2/clean`);
  });

  test("retry all, clean and promote all change each run of the queue in that state, and say how many", async () => {
    const failed = [await desk.addFailedRun(), await desk.addFailedRun()];
    const retriedMeanwhile = await desk.addFailedRun();
    await desk.database.sql`
      update job_runs set state = 'queued', finished_at = null where id = ${retriedMeanwhile.id}`;
    const retried = await press(`/${queueName}/retry/failed`);
    expect(await retried.json()).toEqual({ retried: 2, skipped: 1 });
    for (const run of failed) expect(await desk.runState(run.id)).toEqual({ state: "queued", handover: 2 });
    const audit = await desk.lastAudit();
    expect(audit).toMatchObject({ act: "retry-all-runs", object: `queue:${queueName}`, detail: { skipped: 1 } });
    expect(new Set(audit?.detail.runIds as string[])).toEqual(new Set(failed.map(({ id }) => id)));

    const delayed = [await desk.addDelayedRun(), await desk.addDelayedRun(), await desk.addDelayedRun()];
    const [hastened, ...others] = delayed;
    expect((await press(`/${queueName}/clean/delayed`)).status).toBe(200);
    for (const run of [hastened, ...others])
      expect(await desk.runState(run?.id ?? "")).toMatchObject({ state: "cancelled" });
    const again = await desk.addDelayedRun();
    expect((await press(`/${queueName}/promote`)).status).toBe(200);
    expect(await desk.runState(again.id)).toEqual({ state: "queued", handover: 2 });
    for (const status of ["completed", "failed", "everything"]) {
      expect((await press(`/${queueName}/clean/${status}`)).status).toBe(409);
    }
    expect((await press(`/${queueName}/retry/completed`)).status).toBe(409);
  });

  test("pause and resume leave and take away a row that outlives Redis", async () => {
    const pauses = async () => desk.database.sql`select queue, paused_by from queue_pauses order by queue`;
    expect((await press(`/${queueName}/pause`)).status).toBe(200);
    expect(await pauses()).toEqual([{ queue: queueName, paused_by: operatorId }]);
    expect(await desk.queue.isPaused()).toBe(true);
    expect((await press(`/${queueName}/resume`)).status).toBe(200);
    expect(await pauses()).toEqual([]);
    expect(await desk.queue.isPaused()).toBe(false);
    expect((await press("/pause")).status).toBe(200);
    expect(await pauses()).toHaveLength(2);
    expect(await desk.lastAudit()).toMatchObject({ act: "pause-all-queues", outcome: "done" });
    expect((await press("/resume")).status).toBe(200);
    expect(await pauses()).toEqual([]);
  });

  test("name no queue and no run that do not exist", async () => {
    expect((await press("/nothing/pause")).status).toBe(404);
    expect((await press("/nothing/retry/failed")).status).toBe(404);
    for (const jobId of ["1", "repeat:x:1", "00000000-0000-7000-8000-000000000000-1", "..%2f..", "a%00b"]) {
      const response = await press(`/${queueName}/${jobId}/retry`);
      expect([400, 404]).toContain(response.status);
    }
  });

  test("that would part the board from the runs are refused, and say what does it instead", async () => {
    expect(refusedButtons.map(({ act }) => act)).toEqual(
      expect.arrayContaining([
        "add-job",
        "edit-data",
        "edit-delay",
        "edit-priority",
        "empty-queue",
        "obliterate-queue",
      ]),
    );
    const run = await desk.addDelayedRun();
    for (const { method, path, act } of refusedButtons) {
      const filled = path.replace(":queueName", queueName).replace(":jobId", run.jobId).replace(":schedulerId", "s");
      const response = await desk.send(method.toUpperCase(), `/queues${filled}`, {
        cookie,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ force: true, name: "x", data: {}, jobData: {}, priority: 1, delay: 1, concurrency: 1 }),
      });
      expect(response.status).toBe(403);
      expect(((await response.json()) as { message: string }).message.length).toBeGreaterThan(30);
      expect(await desk.lastAudit()).toMatchObject({ actor: operatorId, act, outcome: "refused" });
    }
    expect(await desk.runState(run.id)).toEqual({ state: "queued", handover: 1 });
    expect((await desk.queue.getJob(run.jobId))?.data).toMatchObject({ runId: run.id });
    expect(await desk.queue.getGlobalConcurrency()).toBeNull();
    await press(`/${queueName}/${run.jobId}/clean`);
  });

  test("of a later version are refused until they have a meaning here", async () => {
    for (const [method, path] of [
      ["PUT", "/new-button"],
      ["DELETE", `/${queueName}`],
      ["POST", `/${queueName}/pause`],
      ["PATCH", "/pause"],
    ] as const) {
      expect((await press(path, { method })).status).toBe(403);
      expect(await desk.lastAudit()).toMatchObject({ act: "unknown-button", outcome: "refused" });
    }
    expect((await desk.send("POST", "/queues", { cookie })).status).toBe(403);
  });

  test("do nothing for a page of another site, nor for a request that does not say where it comes from", async () => {
    const run = await desk.addDelayedRun();
    for (const origin of ["https://evil.example", "null", `${desk.origin}.evil.example`, ""]) {
      const response = await press(`/${queueName}/${run.jobId}/clean`, { headers: { origin } });
      expect(response.status).toBe(403);
    }
    const silent = await fetch(`${desk.origin}/admin/queues/api/queues/${queueName}/${run.jobId}/clean`, {
      method: "PUT",
      headers: { cookie },
    });
    expect(silent.status).toBe(403);
    expect(await desk.runState(run.id)).toMatchObject({ state: "queued" });
    expect(await desk.lastAudit()).toMatchObject({ act: "cancel-run", object: `run:${run.id}`, outcome: "refused" });
    await press(`/${queueName}/${run.jobId}/clean`);
  });

  test("do nothing for a read-only operator, who sees all and gets the board without them", async () => {
    const run = await desk.addDelayedRun();
    for (const { method, path } of buttons) {
      const filled = path
        .replace(":queueName", queueName)
        .replace(":jobId", run.jobId)
        .replace(":queueStatus", "delayed")
        .replace(":schedulerId", "s");
      const response = await desk.send(method.toUpperCase(), `/queues${filled}`, { cookie: readOnlyCookie });
      expect(response.status).toBe(403);
      expect(await desk.lastAudit()).toMatchObject({ outcome: "refused", detail: { code: "forbidden" } });
    }
    expect(await desk.runState(run.id)).toMatchObject({ state: "queued" });
    const shown = await press("", { method: "GET", as: readOnlyCookie });
    expect(await shown.json()).toMatchObject({ queues: [{ readOnlyMode: true }, { readOnlyMode: true }] });
    const job = await press(`/${queueName}/${run.jobId}`, { method: "GET", as: readOnlyCookie });
    expect(await job.json()).toMatchObject({ job: { data: { runId: run.id } } });
    await press(`/${queueName}/${run.jobId}/clean`);
  });

  test("that fail halfway are written down as failed", async () => {
    desk.away.redis = true;
    await desk.database.sql`alter table queue_pauses rename to queue_pauses_away`;
    try {
      const response = await press(`/${queueName}/pause`);
      expect(response.status).toBe(503);
      expect(await desk.lastAudit()).toMatchObject({ act: "pause-queue", outcome: "failed" });
    } finally {
      await desk.database.sql`alter table queue_pauses_away rename to queue_pauses`;
      desk.away.redis = false;
    }
  });
});
