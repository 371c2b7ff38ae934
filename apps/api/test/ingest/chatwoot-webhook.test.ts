import { createHmac, randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api?.stop());

const secret = "a secret of a webhook, 24+";
const path = () => `/api/webhooks/chatwoot/${api.tenants.acme}`;
beforeEach(async () => {
  await api.database.sql`truncate ingest_batches, job_runs, webhook_secrets cascade`;
  const set = await api.send("PUT", `${path()}/secret`, "admin", { body: { secret } });
  expect(set.status).toBe(204);
});

const contact = JSON.stringify({ event: "contact_created", id: 7, name: "Ann" });
const nowSeconds = () => Math.floor(Date.now() / 1000);

function headersOf(body: string, { key = secret, at = nowSeconds(), signed = body } = {}) {
  const signature = createHmac("sha256", key).update(`${at}.${signed}`).digest("hex");
  return { "x-chatwoot-timestamp": String(at), "x-chatwoot-signature": `sha256=${signature}` };
}
const send = (body: string, headers: Record<string, string> = headersOf(body), to = path()) =>
  api.send("POST", to, null, { raw: body, headers });

async function kept() {
  const rows = await api.database.sql<{ tenant_id: string; source: string; format: string; body: Buffer }[]>`
    select tenant_id, source, format, body from ingest_batches`;
  return rows.map(({ body, ...row }) => ({ ...row, lines: gunzipSync(body).toString().split("\n") }));
}
const expectNothingKept = async () => {
  expect(await kept()).toEqual([]);
  expect(await api.countRuns()).toBe(0);
};

test("keeps a signed webhook as events of its tenant, with a run that takes them in", async () => {
  const response = await send(contact);
  expect(response.status).toBe(202);
  const { runId } = (await response.json()) as { runId: string };
  const [batch, ...others] = await kept();
  expect(others).toEqual([]);
  expect(batch).toMatchObject({ tenant_id: api.tenants.acme, source: "chatwoot", format: "ndjson" });
  expect(batch?.lines.map((line) => JSON.parse(line))).toMatchObject([
    { type: "customer.upserted", key: "contact-7", name: "Ann" },
  ]);
  const run = await api.send("GET", `/api/jobs/${runId}`, "admin");
  expect(await run.json()).toMatchObject({ job: "ingest.events", tenantId: api.tenants.acme });
});

test("takes as many at once as come: who is refused does not send again", async () => {
  const bodies = Array.from({ length: 40 }, (_, id) =>
    JSON.stringify({ event: "contact_created", id: id + 1, name: "A" }),
  );
  const answers = await Promise.all(bodies.map((body) => send(body)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(await kept()).toHaveLength(40);
});

test("answers 204 to what is not kept", async () => {
  expect((await send(JSON.stringify({ event: "conversation_typing_on" }))).status).toBe(204);
  await expectNothingKept();
});

describe("answers 401 and stores nothing", () => {
  test.each([
    ["without a signature", () => ({})],
    ["with another secret", () => headersOf(contact, { key: "another secret, long enough" })],
    ["with the signature of another body", () => headersOf(contact, { signed: `${contact} ` })],
    ["signed six minutes ago", () => headersOf(contact, { at: nowSeconds() - 360 })],
    ["signed for six minutes ahead", () => headersOf(contact, { at: nowSeconds() + 360 })],
    [
      "with another time than the signed one",
      () => ({ ...headersOf(contact), "x-chatwoot-timestamp": String(nowSeconds() - 1) }),
    ],
    ["with a cut signature", () => ({ ...headersOf(contact), "x-chatwoot-signature": "sha256=00" })],
  ] as const)("%s", async (_, headers) => {
    await expectProblem(await send(contact, headers()), 401);
    await expectNothingKept();
  });

  test("for a tenant without a secret, for one that is not there, and after the secret is forgotten", async () => {
    await expectProblem(await send(contact, headersOf(contact), `/api/webhooks/chatwoot/${api.tenants.birch}`), 401);
    await expectProblem(await send(contact, headersOf(contact), `/api/webhooks/chatwoot/${randomUUID()}`), 401);
    expect((await api.send("DELETE", `${path()}/secret`, "admin")).status).toBe(204);
    await expectProblem(await send(contact), 401);
    await expectNothingKept();
  });
});

test.each([
  ["no JSON", "{", 400],
  ["no object with an event", "[]", 400],
  ["a message without a conversation", JSON.stringify({ event: "message_created", id: 1 }), 422],
])("refuses %s, signed or not", async (_, body, status) => {
  await expectProblem(await send(body), status);
  await expectProblem(await send(body, {}), 401);
  await expectNothingKept();
});

describe("the secret", () => {
  test("is kept encrypted, and never told", async () => {
    const response = await api.send("GET", `${path()}/secret`, "admin");
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ isSet: true });
    expect(text).not.toContain(secret);
    const rows = await api.database.sql<{ sealed: Buffer }[]>`select sealed from webhook_secrets`;
    expect(rows.map(({ sealed }) => sealed.includes(secret))).toEqual([false]);
    const [entry] = await api.database
      .sql`select actor, object, detail from audit_log where act = 'webhook-secret.set'`;
    expect(entry).toEqual({ actor: "admin-of-acme", object: "webhook-secret:chatwoot", detail: {} });
  });

  test("counts from its change on, and is sealed for its tenant", async () => {
    await api.send("PUT", `${path()}/secret`, "admin", { body: { secret: "the secret that comes next" } });
    await expectProblem(await send(contact), 401);
    expect((await send(contact, headersOf(contact, { key: "the secret that comes next" }))).status).toBe(202);
    // a row that was put to another tenant opens for nobody
    await api.database.sql`update webhook_secrets set tenant_id = ${api.tenants.birch}`;
    const moved = `/api/webhooks/chatwoot/${api.tenants.birch}`;
    await expectProblem(await send(contact, headersOf(contact, { key: "the secret that comes next" }), moved), 503);
  });

  test("of another tenant does not exist for an admin", async () => {
    const foreign = `/api/webhooks/chatwoot/${api.tenants.birch}/secret`;
    await expectProblem(await api.send("GET", foreign, "admin"), 404);
    await expectProblem(await api.send("PUT", foreign, "admin", { body: { secret } }), 404);
  });
});

test("without SECRETS_KEY no secret can be kept", async () => {
  const bare = await startApiFixture({ variables: { SECRETS_KEY: "" } });
  try {
    const refused = await bare.send("PUT", `/api/webhooks/chatwoot/${bare.tenants.acme}/secret`, "admin", {
      body: { secret },
    });
    await expectProblem(refused, 503);
  } finally {
    await bare.stop();
  }
});
