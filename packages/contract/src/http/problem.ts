import { problemStatuses } from "@deskpulse/domain/errors";
import { z } from "zod";

const codes = Object.keys(problemStatuses) as (keyof typeof problemStatuses)[];

/** Every answer that is not a success (RFC 9457). */
export const problemDocument = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(codes),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })),
  requestId: z.string(),
});
export type ProblemDocument = z.output<typeof problemDocument>;
