import { randomBytes } from "node:crypto";
import { connectDatabase } from "@deskpulse/db/connect";
import { issueToken } from "@deskpulse/identity/issue-token";
import { ConfigError, jwtSecret, processVariables, readConfig } from "@deskpulse/process/config";
import { z } from "zod";
import { loadDemoData } from "./demo-data.ts";
import { type DemoUser, demoUsers, ensureDemoUser } from "./demo-users.ts";
import { ensureCurrentTenant } from "./generate/current-tenant.ts";
import { exitCodes, ImportError } from "./import-error.ts";

const tokenSeconds = 24 * 60 * 60;

async function main(): Promise<void> {
  const config = readConfig(
    {
      DATABASE_URL: processVariables.DATABASE_URL,
      JWT_SECRET: jwtSecret,
      JWT_ISSUER: z.string().optional(),
      JWT_AUDIENCE: z.string().optional(),
      DEMO_PASSWORD: z.string().min(8, "expected at least 8 characters").optional(),
    },
    process.env,
  );
  const password = config.DEMO_PASSWORD ?? randomBytes(12).toString("base64url");
  const key = {
    secret: config.JWT_SECRET,
    ...(config.JWT_ISSUER === undefined ? {} : { issuer: config.JWT_ISSUER }),
    ...(config.JWT_AUDIENCE === undefined ? {} : { audience: config.JWT_AUDIENCE }),
  };
  const database = connectDatabase({
    url: config.DATABASE_URL,
    connectionsMax: 3,
    applicationName: "deskpulse-demo",
  });
  try {
    const loaded = await loadDemoData(database);
    const current = await ensureCurrentTenant(database, Date.now());
    // the incident log's stays the first
    const tenants = [...loaded, current];
    const tenantOf = { incidents: loaded[0]?.id ?? "", current: current.id };
    const people = await Promise.all(
      demoUsers.map(async (user) => {
        const tenantId = tenantOf[user.tenant];
        const subject = await ensureDemoUser(database, user, tenantId, password);
        const token = await issueToken({ ...claimsOf(user, tenantId), subject, ttlSeconds: tokenSeconds }, key);
        return { key: user.key, token, email: user.email };
      }),
    );
    const tokens = Object.fromEntries(people.map(({ key, token }) => [key, token]));
    const users = Object.fromEntries(people.map(({ key, email }) => [key, { email, password }]));
    console.log(JSON.stringify({ tenants, tokens, users }));
  } finally {
    await database.close();
  }
}

function claimsOf({ role, readOnly }: DemoUser, tenantId: string) {
  return role === null
    ? ({ role: "operator", tenantId: null, readOnly } as const)
    : ({ role, tenantId, readOnly: false } as const);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode =
    error instanceof ImportError
      ? error.exitCode
      : error instanceof ConfigError
        ? exitCodes.wrongCall
        : exitCodes.failed;
}
