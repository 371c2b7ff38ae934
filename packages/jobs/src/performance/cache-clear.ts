import { cacheNamespaceNames } from "@deskpulse/domain/performance/cache-namespaces";
import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

const input = z.strictObject({
  /** Default every namespace. */
  namespace: z.enum(cacheNamespaceNames).optional(),
  /** "expired-and-stale" keeps every value that can still answer. */
  scope: z.enum(["expired-and-stale", "all"]).default("expired-and-stale"),
});

const output = z.strictObject({
  keysScanned: z.int(),
  keysFreed: z.int(),
  /** As Redis accounts for the keys that went. */
  bytesFreed: z.int(),
  /** Why keys went: of another version, without an end, in no book, or because all were to go. */
  freed: z.strictObject({ stale: z.int(), withoutTtl: z.int(), unbooked: z.int(), current: z.int() }),
  /** Entries of the books whose value had expired or vanished. */
  bookEntriesFreed: z.int(),
  seconds: z.number(),
});

export const cacheClear = defineJob({
  name: "performance.cache-clear",
  queue: "operations",
  summary: "Removes cached values of other versions, without end or in no book, or all of them; never a queue's key.",
  request: input,
  input,
  output,
  attempts: 3,
  backoffMs: exponentialBackoff(2_000, 30_000),
  timeoutMs: 300_000,
  sharingKey: ({ namespace, scope }) => `${scope}:${namespace ?? ""}`,
  freshnessSeconds: 0,
  role: "admin",
});
