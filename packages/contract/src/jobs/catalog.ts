import { z } from "zod";

/** A JSON Schema (2020-12) as it stands. */
const jsonSchema = z.record(z.string(), z.unknown());

/** Every job of the platform, as its callers need to know it. */
export const jobCatalogBody = z.strictObject({
  items: z.array(
    z.strictObject({
      name: z.string(),
      summary: z.string(),
      role: z.enum(["agent", "supervisor", "admin", "operator"]),
      /** May this caller start it? */
      mayStart: z.boolean(),
      queue: z.string(),
      /** Of `input` in POST /api/jobs. */
      request: jsonSchema,
      /** Of `result` in a completed run. */
      output: jsonSchema,
      timeoutMs: z.int(),
      attempts: z.int(),
    }),
  ),
});
