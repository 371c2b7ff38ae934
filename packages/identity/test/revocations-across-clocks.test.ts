import { randomUUID } from "node:crypto";
import { connectDatabase } from "@deskpulse/db/connect";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { expect, test } from "@jest/globals";
import { issueToken } from "../src/issue-token.ts";
import { fingerprintOf } from "../src/verified-token.ts";
import { createAuthenticator } from "../src/verify-credentials.ts";

const secret = "a secret of at least thirty-two characters";

test("a revoked token stays refused by a new process whose clock is behind Postgres'", async () => {
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "identity-test" });
  // for us it lives on for a minute; for Postgres it ended a minute ago
  const token = await issueToken({ subject: randomUUID(), role: "operator", ttlSeconds: 60 }, { secret });
  await database.sql`
    insert into token_revocations (token_id, expires_at) values (${fingerprintOf(token)}, now() - interval '1 minute')`;
  const authenticator = createAuthenticator({ secret, database });
  await expect(authenticator.authenticate(token)).rejects.toMatchObject({ code: "unauthenticated" });
  authenticator.close();
  await database.close();
  await testDatabase.drop();
});
