/** Which of a namespace's values: of one tenant, or of the platform (null). */
export interface CachePlace<Namespace extends string = string> {
  readonly namespace: Namespace;
  readonly tenantId: string | null;
  /** Everything that the value depends on besides the tenant. Fewer than 400 characters. */
  readonly key: string;
}

/** What begins every key of the cache. Nothing else under the platform's prefix begins so. */
export const cacheBase = (redisPrefix: string): string => `${redisPrefix}:cache:`;

/** How a value's key goes on after the base; books know values by this. */
export const memberOf = (place: CachePlace, version: number): string =>
  `${place.namespace}:${version}:${place.tenantId ?? "platform"}:${place.key}`;

export interface CacheMember {
  readonly namespace: string;
  readonly version: string;
  readonly owner: string;
}

/** What a key says after the base; null for books, counts and whatever was not written as a value. */
export function parseMember(member: string): CacheMember | null {
  const [, namespace, version, owner] = /^([a-z-]+):([0-9]+):([^:]+):./s.exec(member) ?? [];
  return namespace === undefined || version === undefined || owner === undefined ? null : { namespace, version, owner };
}

/** The keys that are the cache's own, besides values. */
export const isOwnMember = (member: string): boolean => member.startsWith("#");

export const countsKey = (base: string, minute: number): string => `${base}#counts:${minute}`;
