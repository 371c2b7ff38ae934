import type { Redis } from "ioredis";

/**
 * Lets all commands that this turn of the event loop still issues travel in one write. A group of runs that ended
 * together makes as many commands; a system call for each would cost more than the commands.
 */
export function writeTogether(redis: Redis): void {
  const { stream } = redis;
  // no stream before the first connection
  if (stream === undefined || stream.destroyed || stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}
