import type { Redis } from "ioredis";
import { cacheBase } from "./cache-keys.ts";

/**
 * The books of the cache: last use, end and size of every value, and totals by namespace and tenant. They change in
 * scripts, together with the values, so they cannot differ from what a script did; what happens behind them (a value
 * ends, or is deleted by hand) leaves them with the value's end at the latest.
 */
const shared = `
local base = ARGV[1]
local used, ends, sizes, totals = base .. '#used', base .. '#ends', base .. '#sizes', base .. '#totals'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function owner(member)
  local namespace, tenant = string.match(member, '^([^:]+):[^:]+:([^:]+):')
  return namespace or '?', tenant or '?'
end

local function book(member, keys, bytes)
  local namespace, tenant = owner(member)
  for _, scope in ipairs({ '', namespace, namespace .. '|' .. tenant }) do
    redis.call('HINCRBY', totals, 'bytes|' .. scope, bytes)
    local left = redis.call('HINCRBY', totals, 'keys|' .. scope, keys)
    if left <= 0 then redis.call('HDEL', totals, 'bytes|' .. scope, 'keys|' .. scope) end
  end
end

local function count(member, what)
  local namespace, tenant = owner(member)
  local counts = base .. '#counts:' .. math.floor(now / 60000)
  redis.call('HINCRBY', counts, what .. '|' .. namespace, 1)
  redis.call('HINCRBY', counts, what .. '|' .. namespace .. '|' .. tenant, 1)
  redis.call('EXPIRE', counts, 7200)
end

-- A value leaves the books.
local function forget(member)
  local bytes = tonumber(redis.call('HGET', sizes, member) or '')
  redis.call('ZREM', used, member)
  redis.call('ZREM', ends, member)
  if not bytes then return 0 end
  redis.call('HDEL', sizes, member)
  book(member, -1, -bytes)
  return 1
end

-- Values that have ended leave the books, and Redis if something took their TTL away.
local function purge(most)
  local ended = redis.call('ZRANGEBYSCORE', ends, '-inf', now, 'LIMIT', 0, most)
  for _, member in ipairs(ended) do
    redis.call('UNLINK', base .. member)
    if forget(member) == 1 then count(member, 'expiries') end
  end
  return #ended
end

local function bytesOf(key)
  local bytes = redis.pcall('MEMORY', 'USAGE', key)
  return type(bytes) == 'number' and bytes or redis.call('STRLEN', key)
end
`;

/** Rough size of a value's four entries in the books, besides its name in each. */
const bookBytes = 300;
const bookDays = 7;
const evictionsMax = 2_000;
const purgedMax = 100;

const storeScript = `${shared}
local member, value, ttlMs, madeAt, budget, usedAt = ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), ARGV[7]
local key = base .. member
local kept = tonumber(redis.call('GETRANGE', key, 1, 16))
-- whoever read an older value meanwhile must not put it back
if kept and kept > tonumber(madeAt) then return -1 end
-- books of which a part was lost say nothing: begin anew
local parts = redis.call('EXISTS', used, ends, sizes, totals)
if parts ~= 0 and parts ~= 4 then redis.call('UNLINK', used, ends, sizes, totals) end
purge(${purgedMax})
forget(member)
redis.call('SET', key, value, 'PX', ttlMs)
local bytes = bytesOf(key) + 4 * #member + ${bookBytes}
redis.call('ZADD', used, usedAt, member)
redis.call('ZADD', ends, now + ttlMs, member)
redis.call('HSET', sizes, member, bytes)
book(member, 1, bytes)
local evicted = 0
while tonumber(redis.call('HGET', totals, 'bytes|') or '0') > budget do
  local oldest = redis.call('ZRANGE', used, 0, 1)
  local victim = oldest[1] == member and oldest[2] or oldest[1]
  -- no room can be made for it: it goes itself
  if not victim or evicted == ${evictionsMax} then victim = member end
  redis.call('UNLINK', base .. victim)
  forget(victim)
  count(victim, 'evictions')
  evicted = evicted + 1
  if victim == member then bytes = -1 break end
end
for _, part in ipairs({ used, ends, sizes, totals }) do redis.call('EXPIRE', part, ${bookDays * 86_400}) end
return { bytes, evicted }
`;

const removeScript = `${shared}
local keys, bytes = 0, 0
for i = 2, #ARGV do
  local key = base .. ARGV[i]
  if redis.call('EXISTS', key) == 1 then
    bytes = bytes + bytesOf(key)
    keys = keys + redis.call('UNLINK', key)
  end
  forget(ARGV[i])
end
return { keys, bytes }
`;

const forgetGoneScript = `${shared}
local gone = 0
for i = 2, #ARGV do
  if redis.call('EXISTS', base .. ARGV[i]) == 0 then gone = gone + forget(ARGV[i]) end
end
return gone
`;

const purgeScript = `${shared}
return purge(1000)
`;

export interface Storing {
  readonly member: string;
  readonly packed: Buffer;
  readonly ttlMs: number;
  readonly madeAtMs: number;
  readonly bytesMax: number;
}

export class CacheBooks {
  readonly #redis: Redis;
  readonly #base: string;

  constructor(redis: Redis, redisPrefix: string) {
    this.#redis = redis;
    this.#base = cacheBase(redisPrefix);
  }

  /**
   * Stores a value and evicts those used longest ago until all fit. Bytes are what Redis accounts for it; null when
   * a younger one stands there, or no room could be made.
   */
  async store(storing: Storing): Promise<{ bytes: number | null; evicted: number }> {
    const { member, packed, ttlMs, madeAtMs, bytesMax } = storing;
    const reply = await this.#run(storeScript, [member, packed, Math.ceil(ttlMs), madeAtMs, bytesMax, Date.now()]);
    const [bytes = -1, evicted = 0] = Array.isArray(reply) ? reply.map(Number) : [];
    return { bytes: bytes < 0 ? null : bytes, evicted };
  }

  /** Unlinks values, known to the books or not. */
  async remove(members: readonly string[]): Promise<{ keys: number; bytes: number }> {
    if (members.length === 0) return { keys: 0, bytes: 0 };
    const reply = await this.#run(removeScript, members);
    const [keys = 0, bytes = 0] = Array.isArray(reply) ? reply.map(Number) : [];
    return { keys, bytes };
  }

  /** Of these, takes out of the books what is no longer there; says how many. */
  async forgetGone(members: readonly string[]): Promise<number> {
    return members.length === 0 ? 0 : Number(await this.#run(forgetGoneScript, members));
  }

  /** Takes out of the books up to 1,000 values that have ended; says how many. */
  async purge(): Promise<number> {
    return Number(await this.#run(purgeScript, []));
  }

  #run(script: string, given: readonly (string | number | Buffer)[]): Promise<unknown> {
    return this.#redis.eval(script, 0, this.#base, ...given);
  }
}
