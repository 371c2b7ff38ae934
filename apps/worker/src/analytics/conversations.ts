import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { conversationCharts } from "@deskpulse/domain/analytics/conversation-charts";
import { conversationFiguresFrom } from "@deskpulse/domain/analytics/conversation-figures";
import { conversations as definition } from "@deskpulse/jobs/analytics/conversations";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { PartDone } from "./report-work.ts";
import { runReport } from "./run-report.ts";

/** Conversations, messages and how long they took, over a range. */
export const conversations: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 2,
      statementTimeoutMs: definition.timeoutMs,
      parts: 8,
      measure,
      breakdown: {
        facts: [
          "created",
          "message_in",
          "message_out",
          "message_private",
          "first_response",
          "reply_time",
          "resolution",
          "reopening",
          "bot_resolution",
          "handoff",
        ],
        parts: 8,
        measure: async (queries, done) => (await measure(queries, done)).inBucket,
      },
      charts: conversationCharts,
    },
    input,
    ctx,
  );

async function measure(queries: RangeQueries, done: PartDone) {
  const created = await queries.created();
  done("conversations created");
  const firstResponses = await queries.durations("first_response");
  done("first responses");
  const resolutions = await queries.durations("resolution");
  done("resolutions");
  const replies = await queries.durations("reply_time");
  done("replies");
  const outcomes = await queries.outcomes();
  done("outcomes");
  const messages = await queries.messages();
  done("messages");
  const standing = await queries.standing();
  done("backlog");
  const ratings = await queries.ratings();
  done("ratings");
  const facts = { created, firstResponses, replies, resolutions, outcomes, messages, standing, ratings };
  const inBucket = conversationFiguresFrom(facts);
  return { totals: inBucket(null), inBucket };
}
