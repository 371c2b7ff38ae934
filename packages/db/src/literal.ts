/**
 * A text as an SQL literal, safe whatever `standard_conforming_strings` says. For statements that travel in one simple
 * query, which knows no parameters. Throws on NUL, which no Postgres text can hold.
 */
export function literal(text: string): string {
  if (text.includes("\0")) throw new RangeError("a text with NUL cannot be stored");
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** Any JSON value as a literal of type json. */
export const jsonLiteral = (value: unknown): string => `${literal(JSON.stringify(value))}::json`;

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** UUIDs as a literal of type uuid[]. Throws on anything that is no UUID. */
export function uuidsLiteral(ids: readonly string[]): string {
  for (const id of ids) if (!uuidPattern.test(id)) throw new RangeError("expected a UUID");
  return `'{${ids.join(",")}}'::uuid[]`;
}

/** A finite number as a literal. */
export function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError("expected a finite number");
  return `${value}::float8`;
}
