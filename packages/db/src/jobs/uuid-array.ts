/**
 * UUIDs as the text of an array: they need no quoting, and the driver then needs no array types from the catalog.
 * Cast it inside a sub-select: a bare cast of text is parsed again for every row of a scan.
 */
export const uuidArray = (ids: readonly string[]): string => `{${ids.join(",")}}`;
