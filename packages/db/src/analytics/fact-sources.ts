import type { DurationClock } from "@deskpulse/domain/analytics/duration-figures";
import type { ReportFact } from "@deskpulse/domain/analytics/report-facts";
import type { MeasurementKind } from "@deskpulse/domain/ingest/folded";
import type { TransactionSql } from "postgres";
import type { TenantTx } from "../transaction.ts";
import type { Fragment } from "./bucket-of.ts";
import { durationColumn } from "./duration-columns.ts";
import type { FilteredColumns } from "./filter-conditions.ts";
import { conversationColumns, measurementColumns, messageColumns, spanColumns } from "./filtered-columns.ts";

/** Where the facts of one kind stand, each a row, as pieces of SQL. */
export interface FactSource {
  readonly from: Fragment;
  /** Which rows of it, of the tenant. */
  readonly where: Fragment;
  readonly at: Fragment;
  readonly id: Fragment;
  /** How long it took, milliseconds; null where facts only count. */
  readonly ms: Fragment | null;
  /** What it is filtered by and broken down by. */
  readonly columns: FilteredColumns;
}

type Make = (sql: TransactionSql, tenantId: string, clock: DurationClock) => FactSource;

const message =
  (which: (sql: TransactionSql) => Fragment): Make =>
  (sql, tenantId) => ({
    from: sql`messages m join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id`,
    where: sql`m.tenant_id = ${tenantId} and ${which(sql)}`,
    at: sql`m.at`,
    id: sql`m.id`,
    ms: null,
    columns: messageColumns(sql),
  });

const measured =
  (kind: MeasurementKind): Make =>
  (sql, tenantId, clock) => ({
    from: sql`measurements m`,
    where: sql`m.tenant_id = ${tenantId} and m.kind = ${kind}`,
    at: sql`m.at`,
    id: sql`m.id`,
    ms: durationColumn(sql, clock),
    columns: measurementColumns(sql),
  });

/** A conversation has one survey at a time. */
const survey =
  (at: (sql: TransactionSql) => Fragment, isAnswered: boolean): Make =>
  (sql, tenantId) => ({
    from: sql`surveys s`,
    where: sql`s.tenant_id = ${tenantId} ${isAnswered ? sql`and s.answered_at is not null` : sql``}`,
    at: at(sql),
    id: sql`s.conversation_id`,
    ms: null,
    columns: spanColumns(sql),
  });

const sources: Readonly<Record<ReportFact, Make>> = {
  created: (sql, tenantId) => ({
    from: sql`conversations c`,
    where: sql`c.tenant_id = ${tenantId}`,
    at: sql`c.created_at`,
    id: sql`c.id`,
    ms: null,
    columns: conversationColumns(sql),
  }),
  message_in: message((sql) => sql`m.direction = 'in' and not m.is_private`),
  message_out: message((sql) => sql`m.direction = 'out' and not m.is_private`),
  message_private: message((sql) => sql`m.is_private`),
  survey_sent: survey((sql) => sql`s.sent_at`, false),
  survey_sent_answered: survey((sql) => sql`s.sent_at`, true),
  survey_answered: survey((sql) => sql`s.answered_at`, true),
  first_response: measured("first_response"),
  reply_time: measured("reply_time"),
  resolution: measured("resolution"),
  reopening: measured("reopening"),
  bot_resolution: measured("bot_resolution"),
  handoff: measured("handoff"),
  handling: measured("handling"),
};

/** The source of a kind of facts. Indexes: conversations_created, messages_at, measurements_kind_at, surveys_sent and _answered. */
export const factSource = ({ sql, tenantId }: TenantTx, fact: ReportFact, clock: DurationClock = "wall"): FactSource =>
  sources[fact](sql, tenantId, clock);
