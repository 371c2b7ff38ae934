/** UUIDs as the text of an array: they need no quoting, and the driver then needs no array types from the catalog. */
export const uuidArray = (ids: readonly string[]): string => `{${ids.join(",")}}`;
