/** An identifier as SQL, whatever characters it has. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const qualifiedName = (schema: string, name: string): string => `${quoteName(schema)}.${quoteName(name)}`;

/** NAMEDATALEN - 1: Postgres cuts longer names off, and a cut name would not be found again. */
const nameBytesMax = 63;

/** A name for a new index, unlike all `taken` ones. The same table and columns always give the same name. */
export function newIndexName(table: string, columns: readonly string[], taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const ending = number === 1 ? "_fk_idx" : `_fk_idx${number}`;
    const name = cutToBytes([table, ...columns].join("_"), nameBytesMax - ending.length) + ending;
    if (!taken.has(name)) return name;
  }
}

function cutToBytes(text: string, bytesMax: number): string {
  let cut = "";
  let bytes = 0;
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length;
    if (bytes > bytesMax) break;
    cut += character;
  }
  return cut;
}

/** `CREATE INDEX` as Postgres prints it, for building beside reads and writes. Throws on any other text. */
export function concurrently(definition: string): string {
  const parts = /^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)(.*)$/s.exec(definition);
  if (parts === null) throw new RangeError(`expected CREATE INDEX, got: ${definition.slice(0, 60)}`);
  return `CREATE ${parts[1] ?? ""}INDEX CONCURRENTLY ${parts[2]}`;
}

export const dropConcurrently = (schema: string, index: string): string =>
  `DROP INDEX CONCURRENTLY IF EXISTS ${qualifiedName(schema, index)}`;
