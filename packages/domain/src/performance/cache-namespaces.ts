/**
 * What the cache holds, by namespace. `version` grows when the shape of a value changes: another deployment then never
 * reads it. `ttlSecondsMax` is the longest that a value may stay.
 */
export const cacheNamespaces = {
  /** Results of report runs as JSON texts, by the sharing key of the request. */
  reports: { version: 1, ttlSecondsMax: 3_600 },
} as const;

export type CacheNamespace = keyof typeof cacheNamespaces;

// Object.keys of a constant gives its keys, at least one
export const cacheNamespaceNames = Object.keys(cacheNamespaces) as [CacheNamespace, ...CacheNamespace[]];
