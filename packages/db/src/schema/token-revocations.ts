import { sql } from "drizzle-orm";
import { bigint, check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/**
 * Access tokens that no longer count although they have not expired: one token (or all of one sign-in), or all that a
 * subject was issued before an instant, in one tenant or (null) everywhere. Every process reads the new ones each second.
 */
export const tokenRevocations = pgTable(
  "token_revocations",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    /** Fingerprint of a token, or the id of its family of refresh tokens. */
    tokenId: text("token_id"),
    subject: text("subject"),
    tenantId: uuid("tenant_id"),
    issuedBefore: instant("issued_before"),
    createdAt: instant("created_at").notNull().default(sql`clock_timestamp()`),
    /** No token that this row is about lives longer. */
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    index("token_revocations_created").on(table.createdAt, table.id),
    index("token_revocations_expires").on(table.expiresAt),
    check(
      "token_revocations_kind",
      sql`num_nonnulls(${table.tokenId}, ${table.subject}) = 1 and (${table.subject} is null) = (${table.issuedBefore} is null)`,
    ),
  ],
);
