import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { type Desk, startDesk } from "../operator-desk.ts";

describe("the desk", () => {
  let desk: Desk;
  let cookie: string;
  beforeAll(async () => {
    desk = await startDesk();
    await desk.addOperator("olga@example.org", "full");
    cookie = await desk.signIn("olga@example.org");
  });
  afterAll(() => desk?.stop());

  const board = async (query = "") => {
    const response = await desk.send("GET", `/queues/api/queues?activeQueue=operations&${query}`, { cookie });
    const text = await response.text();
    return { status: response.status, bytes: text.length, body: JSON.parse(text) };
  };

  test("without a session leads to the sign-in, and back to the page", async () => {
    for (const path of ["/workers", `/runs/${randomUUID()}`]) {
      const response = await desk.send("GET", path);
      expect(response.status).toBe(303);
      expect(response.headers.get("location")).toBe(`/admin/sign-in?next=${encodeURIComponent(`/admin${path}`)}`);
    }
    const signedIn = await desk.submitSignIn({
      email: "olga@example.org",
      password: "correct horse battery staple",
      next: "/admin/workers",
    });
    expect(signedIn.headers.get("location")).toBe("/admin/workers");
  });

  test("shows what waits, who works and who did what, without script and as text", async () => {
    await desk.database.sql`insert into workers (id, hostname, pid, version, heartbeat_at) values
      (${randomUUID()}, '<b>bold</b>', 11, 'v20.1', now()), (${randomUUID()}, 'gone', 12, 'v20.0', now() - interval '1 hour')`;
    await desk.addDelayedRun();
    const response = await desk.send("GET", "/workers", { cookie });
    const page = await response.text();
    expect(response.status).toBe(200);
    const policy = response.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(page).toMatch(/<td>operations<\/td><td>1<\/td>/);
    expect(page).toMatch(/<td>alive<\/td><td>&lt;b&gt;bold&lt;\/b&gt; \(11\)<\/td>/);
    expect(page).toMatch(/<td>silent<\/td><td>gone \(12\)<\/td>/);
    expect(page).toMatch(/<td>sign-in<\/td><td>board<\/td><td>done<\/td>/);
  });

  test("a job on the board leads to its run", async () => {
    const run = await desk.addDelayedRun();
    const job = (await board("status=delayed")).body.queues
      .find(({ name }: { name: string }) => name === "operations")
      .jobs.find(({ id }: { id: string }) => id === run.jobId);
    expect(job.externalUrl.href).toBe(`/admin/runs/${run.id}`);
    const page = await desk.send("GET", `/runs/${run.id}`, { cookie });
    expect(await page.text()).toMatch(/operations\.prune-runs[\s\S]*<td>State<\/td><td>queued<\/td>/);
    for (const unknown of [randomUUID(), "x", "%00"]) {
      expect((await desk.send("GET", `/runs/${unknown}`, { cookie })).status).toBe(404);
    }
  });

  test("a page of the board stays small at 100,000 jobs and with large payloads", async () => {
    await desk.database.sql`truncate job_runs cascade`;
    await desk.queue.obliterate({ force: true });
    const large = "x".repeat(200_000);
    const add = (id: string, input: string) =>
      desk.queue.add("operations.prune-runs", { runId: id, tenantId: null, input }, { jobId: id });
    await add("small-0", "{}");
    for (let index = 0; index < 20; index += 1) await add(`large-${index}`, large);
    // the same as adding them one by one, within a second
    await desk.redis.eval(
      `for i = 1, 99979 do
        redis.call("COPY", KEYS[1] .. "small-0", KEYS[1] .. "small-" .. i)
        redis.call("LPUSH", KEYS[1] .. "wait", "small-" .. i)
      end`,
      1,
      desk.queue.toKey(""),
    );
    const first = await board("status=waiting");
    const operations = first.body.queues.find(({ name }: { name: string }) => name === "operations");
    expect(first.status).toBe(200);
    expect(operations.counts.waiting).toBe(100_000);
    expect(operations.jobs).toHaveLength(10);
    expect(operations.description).toMatch(/^In Postgres: \d+ waiting, \d+ delayed, \d+ started$/);
    for (const query of ["status=waiting", "status=waiting&page=10000", "status=waiting&jobsPerPage=100", ""]) {
      const shown = await board(query);
      expect(shown.status).toBe(200);
      expect(shown.bytes).toBeLessThan(100_000);
    }
    expect((await board("status=waiting&jobsPerPage=101")).status).toBe(400);
  });
});

describe("GET /api/workers", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await startApiFixture();
  });
  afterAll(() => api?.stop());

  test("200 for operators: living workers first, with the runs they hold", async () => {
    const { sql } = api.database;
    const [living, dead] = [randomUUID(), randomUUID()];
    await sql`insert into workers (id, hostname, pid, version, heartbeat_at) values
      (${dead}, 'gone', 12, 'v20.0', now() - interval '1 hour'), (${living}, 'here', 11, 'v20.1', now())`;
    await sql`insert into job_runs (id, job, queue, state, input, created_by, created_at, run_at, claimed_by)
      values (${randomUUID()}, 'test.echo', 'analytics', 'started', '{}', 'test', now(), now(), ${living})`;
    const response = await api.send("GET", "/api/workers", "readOnlyOperator");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      workers: [
        { id: living, host: "here", pid: 11, version: "v20.1", alive: true, activeRuns: 1 },
        { id: dead, host: "gone", pid: 12, version: "v20.0", alive: false, activeRuns: 0 },
      ],
    });
  });

  test("403 for everyone else", async () => {
    await expectProblem(await api.send("GET", "/api/workers", "admin"), 403);
  });
});
