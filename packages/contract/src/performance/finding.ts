import { actionCommands, actionStates, confidences, severities } from "@deskpulse/domain/performance/finding";
import { z } from "zod";

const time = z.iso.datetime();

/** Something an advisor saw, as operators see it. */
export const findingBody = z.strictObject({
  id: z.uuid(),
  kind: z.string(),
  subject: z.string(),
  severity: z.enum(severities),
  confidence: z.enum(confidences),
  /** Figures as they stood in the views of Postgres, and when. */
  evidence: z.record(z.string(), z.unknown()),
  benefit: z.string(),
  risk: z.string(),
  /** Why no action is proposed; null when one is. */
  reason: z.string().nullable(),
  firstSeenAt: time,
  lastSeenAt: time,
  resolvedAt: time.nullable(),
});

export const actionBody = z.strictObject({
  id: z.uuid(),
  runId: z.uuid(),
  state: z.enum(actionStates),
  command: z.enum(actionCommands),
  table: z.string(),
  index: z.string().nullable(),
  sql: z.string(),
  undoSql: z.string().nullable(),
  /** What was measured before and after; null when it was not. */
  before: z.unknown(),
  after: z.unknown(),
  error: z.string().nullable(),
  plannedAt: time,
  begunAt: time.nullable(),
  appliedAt: time.nullable(),
  endedAt: time.nullable(),
});

export const findingWithActions = findingBody.extend({ actions: z.array(actionBody) });

export const findingList = z.strictObject({ items: z.array(findingBody), nextCursor: z.uuid().nullable() });
