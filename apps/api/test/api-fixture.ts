import { randomUUID } from "node:crypto";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import { issueToken, type TokenSubject } from "@deskpulse/identity/issue-token";
import type { JobCatalog } from "@deskpulse/jobs/define-job";
import { createLogger } from "@deskpulse/process/logger";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { readApiConfig } from "../src/config.ts";
import { startApi } from "../src/start-api.ts";
import { exampleJobs } from "./example-jobs.ts";
import { type ExampleWorker, startExampleWorker } from "./example-worker.ts";

export const jwtSecret = "a secret that is only for these tests, long enough";

export interface ApiFixtureOptions {
  readonly jobs?: JobCatalog;
  /** Also execute the runs of the example jobs. */
  readonly worker?: boolean;
  /** Where the API finds Postgres and Redis; default straight at the tests' servers. */
  readonly databaseUrl?: (direct: string) => string;
  readonly redisUrl?: (direct: string) => string;
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Sent {
  readonly body?: unknown;
  /** Sent as it is, instead of `body` as JSON. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** One API process over the example jobs, with two tenants and a token for each kind of caller. */
export async function startApiFixture(options: ApiFixtureOptions = {}) {
  const testDatabase = await createTestDatabase();
  const redis = createRedisPrefix();
  /** Past row-level security and past any proxy: to prepare and to look, never through the API. */
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 5, applicationName: "api-test" });
  const tenants = { acme: await addTenant(database, "Acme"), birch: await addTenant(database, "Birch") };
  const tokens = {
    agent: await tokenFor({ subject: "agent-of-acme", role: "agent", tenantId: tenants.acme }),
    otherAgent: await tokenFor({ subject: "other-agent-of-acme", role: "agent", tenantId: tenants.acme }),
    supervisor: await tokenFor({ subject: "supervisor-of-acme", role: "supervisor", tenantId: tenants.acme }),
    admin: await tokenFor({ subject: "admin-of-acme", role: "admin", tenantId: tenants.acme }),
    foreignAdmin: await tokenFor({ subject: "admin-of-birch", role: "admin", tenantId: tenants.birch }),
    /** The same name as an agent of the other tenant: ids of foreign sources may collide. */
    foreignNamesake: await tokenFor({ subject: "agent-of-acme", role: "agent", tenantId: tenants.birch }),
    operator: await tokenFor({ subject: "operator", role: "operator" }),
    readOnlyOperator: await tokenFor({ subject: "read-only-operator", role: "operator", readOnly: true }),
    /** Signed by us, for a tenant that is not there (any more). */
    ghost: await tokenFor({ subject: "ghost", role: "admin", tenantId: randomUUID() }),
  };
  const config = readApiConfig({
    DATABASE_URL: options.databaseUrl?.(testDatabase.url) ?? testDatabase.url,
    REDIS_URL: options.redisUrl?.(redis.url) ?? redis.url,
    REDIS_PREFIX: redis.prefix,
    API_PORT: "0",
    JWT_SECRET: jwtSecret,
    SECRETS_KEY: "a key that is only for these tests, long enough",
    LOG_LEVEL: "silent",
    DATABASE_POOL_MAX: "4",
    ...options.variables,
  });
  const api = await startApi(config, options.jobs ?? exampleJobs, createLogger("api-test", config.LOG_LEVEL));
  const origin = `http://127.0.0.1:${api.port}`;
  const workers: ExampleWorker[] = [];

  async function startWorker(): Promise<void> {
    workers.push(
      await startExampleWorker({ databaseUrl: testDatabase.url, redisUrl: redis.url, prefix: redis.prefix }),
    );
  }
  if (options.worker === true) await startWorker();

  /** A request as this caller; null sends no credential. */
  function send(method: string, path: string, who: keyof typeof tokens | null, sent: Sent = {}): Promise<Response> {
    const body = sent.raw ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body));
    return fetch(origin + path, {
      method,
      headers: {
        ...(who === null ? {} : { authorization: `Bearer ${tokens[who]}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...sent.headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(sent.signal === undefined ? {} : { signal: sent.signal }),
    });
  }

  async function stop(): Promise<void> {
    for (const worker of workers) await worker.stop();
    for (const part of api.parts) await part.stop();
    await redis.clear();
    await database.close();
    await testDatabase.drop();
  }

  return {
    origin,
    port: api.port,
    /** Where this fixture's keys stand. */
    redis: { url: redis.url, prefix: redis.prefix },
    database,
    tenants,
    tokens,
    send,
    startWorker,
    start: (who: keyof typeof tokens, job: string, sent: Sent & { readonly tenantId?: string; text?: string } = {}) =>
      send("POST", "/api/jobs", who, {
        ...sent,
        body: {
          job,
          input: { text: sent.text ?? "hello" },
          ...(sent.tenantId === undefined ? {} : { tenantId: sent.tenantId }),
        },
      }),
    countRuns: () => countRows(database, "job_runs"),
    stop,
  };
}

export type ApiFixture = Awaited<ReturnType<typeof startApiFixture>>;

export const tokenFor = (subject: TokenSubject, ttlSeconds = 600): Promise<string> =>
  issueToken({ ...subject, ttlSeconds }, { secret: jwtSecret });

export async function addTenant(database: Database, name: string, timezone = "Asia/Kathmandu"): Promise<string> {
  const id = randomUUID();
  await database.sql`insert into tenants (id, name, timezone) values (${id}, ${name}, ${timezone})`;
  return id;
}

export async function countRows(database: Database, table: string): Promise<number> {
  const [row] = await database.sql<{ count: number }[]>`select count(*)::int as count from ${database.sql(table)}`;
  return row?.count ?? Number.NaN;
}

export interface NewMember {
  readonly email: string;
  readonly passwordHash: string | null;
  readonly operator?: "full" | "read-only";
  readonly memberships?: readonly (readonly [tenantId: string, role: TenantRole])[];
}

export async function addUser(database: Database, user: NewMember): Promise<string> {
  const id = randomUUID();
  await database.sql`insert into users (id, name, email, password_hash, operator)
    values (${id}, ${`Name of ${user.email}`}, ${user.email}, ${user.passwordHash}, ${user.operator ?? null})`;
  for (const [tenantId, role] of user.memberships ?? []) {
    await database.sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${id}, ${role})`;
  }
  return id;
}
