import type { EngineTx } from "../transaction.ts";

/** Which tenant has this name? Null when none has. Served by tenants_name_unique. */
export async function tenantByName({ sql }: EngineTx, name: string): Promise<string | null> {
  const [tenant] = await sql<{ id: string }[]>`select id from tenants where name = ${name}`;
  return tenant?.id ?? null;
}
