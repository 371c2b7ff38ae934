import { v7 as uuidv7 } from "uuid";
import type { EngineTx } from "../transaction.ts";

/**
 * Which tenant has this name? It is made when there is none. Served by tenants_name_unique. Returns its id.
 */
export async function ensureTenant({ sql }: EngineTx, name: string): Promise<string> {
  await sql`insert into tenants (id, name) values (${uuidv7()}, ${name}) on conflict (name) do nothing`;
  const [tenant] = await sql<{ id: string }[]>`select id from tenants where name = ${name}`;
  if (tenant === undefined) throw new Error(`The tenant ${name} could not be made`);
  return tenant.id;
}
