import type { TenantRole } from "./role.ts";

interface CallerIdentity {
  /** The user's id, or the API key's id. */
  readonly subject: string;
  /** When the credential ends, epoch milliseconds; null for an API key without expiry. */
  readonly expiresAtMs: number | null;
}

/** Who calls: a member of one tenant, or an operator who belongs to none. */
export type Caller =
  | (CallerIdentity & { readonly role: TenantRole; readonly tenantId: string; readonly readOnly: false })
  | (CallerIdentity & { readonly role: "operator"; readonly tenantId: null; readonly readOnly: boolean });
