import type { Dimension } from "@deskpulse/domain/analytics/breakdown";
import type { TenantTx } from "../transaction.ts";

/** Dimensions whose keys are ids, and where the names to them stand. */
const named = {
  agent: "users",
  team: "teams",
  inbox: "inboxes",
} as const satisfies Partial<Record<Dimension, string>>;

const isNamed = (dimension: Dimension): dimension is keyof typeof named => dimension in named;

/**
 * What are these values of a dimension called? Key -> name, by the tables' primary keys; keys of channels, labels and
 * priorities are names already and are missing here, like those that nobody knows. No keys: nothing.
 */
export async function nameValues(
  { sql }: TenantTx,
  dimension: Dimension,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (!isNamed(dimension) || keys.length === 0) return new Map();
  const rows = await sql<{ key: string; name: string }[]>`
    select id::text as key, name from ${sql(named[dimension])} where id in ${sql(keys)}`;
  return new Map(rows.map(({ key, name }) => [key, name]));
}
