CREATE TABLE "automation_runs" (
	"tenant_id" uuid NOT NULL,
	"conversation_id" bigint NOT NULL,
	"source_key" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"rule" text NOT NULL,
	"trigger" text NOT NULL,
	"outcome" text NOT NULL,
	"actions" text[] NOT NULL,
	"duration_ms" bigint NOT NULL,
	"error" text,
	"user_id" uuid,
	"inbox_id" bigint NOT NULL,
	"team_id" bigint,
	"priority" text,
	CONSTRAINT "automation_runs_tenant_id_source_key_pk" PRIMARY KEY("tenant_id","source_key"),
	CONSTRAINT "automation_runs_outcome_known" CHECK ("automation_runs"."outcome" in ('succeeded', 'failed')),
	CONSTRAINT "automation_runs_duration_not_negative" CHECK ("automation_runs"."duration_ms" >= 0)
);
--> statement-breakpoint
CREATE TABLE "conversation_spans" (
	"tenant_id" uuid NOT NULL,
	"conversation_id" bigint NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"status" text NOT NULL,
	"is_unattended" boolean NOT NULL,
	"user_id" uuid,
	"inbox_id" bigint NOT NULL,
	"team_id" bigint,
	"priority" text,
	CONSTRAINT "conversation_spans_tenant_id_conversation_id_started_at_pk" PRIMARY KEY("tenant_id","conversation_id","started_at"),
	CONSTRAINT "conversation_spans_last" CHECK ("conversation_spans"."ended_at" > "conversation_spans"."started_at")
);
--> statement-breakpoint
CREATE TABLE "rollup_agent_days" (
	"tenant_id" uuid NOT NULL,
	"zone" text NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"user_id" uuid NOT NULL,
	"handled" integer NOT NULL,
	"resolved" integer NOT NULL,
	"reopened" integer NOT NULL,
	"messages" integer NOT NULL,
	"active_quarters" integer NOT NULL,
	"first_responses" integer NOT NULL,
	"first_response_ms" bigint NOT NULL,
	"replies" integer NOT NULL,
	"reply_ms" bigint NOT NULL,
	"resolution_ms" bigint NOT NULL,
	CONSTRAINT "rollup_agent_days_tenant_id_zone_starts_at_user_id_pk" PRIMARY KEY("tenant_id","zone","starts_at","user_id")
);
--> statement-breakpoint
CREATE TABLE "rollup_day_counts" (
	"tenant_id" uuid NOT NULL,
	"zone" text NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"created" integer NOT NULL,
	"messages_in" integer NOT NULL,
	"messages_out" integer NOT NULL,
	"messages_private" integer NOT NULL,
	"resolved" integer NOT NULL,
	"reopened" integer NOT NULL,
	"open_net" integer NOT NULL,
	"unattended_net" integer NOT NULL,
	"unassigned_net" integer NOT NULL,
	"bot_resolved" integer NOT NULL,
	"handoffs" integer NOT NULL,
	"one_touch" integer NOT NULL,
	"surveys_sent" integer NOT NULL,
	"surveys_answered" integer NOT NULL,
	"rating_1" integer NOT NULL,
	"rating_2" integer NOT NULL,
	"rating_3" integer NOT NULL,
	"rating_4" integer NOT NULL,
	"rating_5" integer NOT NULL,
	"first_response_1" integer NOT NULL,
	"first_response_2" integer NOT NULL,
	"first_response_3" integer NOT NULL,
	"first_response_4" integer NOT NULL,
	"first_response_5" integer NOT NULL,
	"first_response_6" integer NOT NULL,
	"first_response_7" integer NOT NULL,
	CONSTRAINT "rollup_day_counts_tenant_id_zone_starts_at_pk" PRIMARY KEY("tenant_id","zone","starts_at")
);
--> statement-breakpoint
CREATE TABLE "rollup_quarters" (
	"tenant_id" uuid NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"quarters" smallint[] NOT NULL,
	"created" integer[] NOT NULL,
	"messages_in" integer[] NOT NULL,
	"messages_out" integer[] NOT NULL,
	"messages_private" integer[] NOT NULL,
	"resolved" integer[] NOT NULL,
	"reopened" integer[] NOT NULL,
	"open_net" integer[] NOT NULL,
	"unattended_net" integer[] NOT NULL,
	"unassigned_net" integer[] NOT NULL,
	CONSTRAINT "rollup_quarters_tenant_id_starts_at_pk" PRIMARY KEY("tenant_id","starts_at")
);
--> statement-breakpoint
CREATE TABLE "sla_targets" (
	"tenant_id" uuid NOT NULL,
	"conversation_id" bigint NOT NULL,
	"target" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"policy" text NOT NULL,
	"promised_ms" bigint NOT NULL,
	"business_hours" boolean NOT NULL,
	"due_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"withdrawn_at" timestamp (3) with time zone,
	"decided_at" timestamp (3) with time zone GENERATED ALWAYS AS (least(due_at, ended_at, withdrawn_at)) STORED,
	"user_id" uuid,
	"inbox_id" bigint NOT NULL,
	"team_id" bigint,
	"priority" text,
	CONSTRAINT "sla_targets_tenant_id_conversation_id_target_started_at_pk" PRIMARY KEY("tenant_id","conversation_id","target","started_at"),
	CONSTRAINT "sla_targets_promised" CHECK ("sla_targets"."promised_ms" > 0)
);
--> statement-breakpoint
CREATE TABLE "surveys" (
	"tenant_id" uuid NOT NULL,
	"conversation_id" bigint NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"rating" smallint,
	"comment" text,
	"user_id" uuid,
	"inbox_id" bigint NOT NULL,
	"team_id" bigint,
	"priority" text,
	CONSTRAINT "surveys_tenant_id_conversation_id_sent_at_pk" PRIMARY KEY("tenant_id","conversation_id","sent_at"),
	CONSTRAINT "surveys_rating_known" CHECK ("surveys"."rating" between 1 and 5),
	CONSTRAINT "surveys_answer_whole" CHECK (("surveys"."answered_at" is null) = ("surveys"."rating" is null))
);
--> statement-breakpoint
ALTER TABLE "measurements" DROP CONSTRAINT "measurements_kind_known";--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "fold_version" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "measurements" ADD COLUMN "previous_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "measurements" ADD COLUMN "answers" integer;--> statement-breakpoint
ALTER TABLE "automation_runs" ADD CONSTRAINT "automation_runs_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "automation_runs" ADD CONSTRAINT "automation_runs_tenant_id_conversation_id_conversations_tenant_id_id_fk" FOREIGN KEY ("tenant_id","conversation_id") REFERENCES "public"."conversations"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_spans" ADD CONSTRAINT "conversation_spans_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_spans" ADD CONSTRAINT "conversation_spans_tenant_id_conversation_id_conversations_tenant_id_id_fk" FOREIGN KEY ("tenant_id","conversation_id") REFERENCES "public"."conversations"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollup_agent_days" ADD CONSTRAINT "rollup_agent_days_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollup_day_counts" ADD CONSTRAINT "rollup_day_counts_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollup_quarters" ADD CONSTRAINT "rollup_quarters_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_targets" ADD CONSTRAINT "sla_targets_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_targets" ADD CONSTRAINT "sla_targets_tenant_id_conversation_id_conversations_tenant_id_id_fk" FOREIGN KEY ("tenant_id","conversation_id") REFERENCES "public"."conversations"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "surveys" ADD CONSTRAINT "surveys_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "surveys" ADD CONSTRAINT "surveys_tenant_id_conversation_id_conversations_tenant_id_id_fk" FOREIGN KEY ("tenant_id","conversation_id") REFERENCES "public"."conversations"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "automation_runs_at" ON "automation_runs" USING btree ("tenant_id","at");--> statement-breakpoint
CREATE INDEX "automation_runs_conversation" ON "automation_runs" USING btree ("tenant_id","conversation_id");--> statement-breakpoint
CREATE INDEX "conversation_spans_started" ON "conversation_spans" USING btree ("tenant_id","started_at");--> statement-breakpoint
CREATE INDEX "conversation_spans_ended" ON "conversation_spans" USING btree ("tenant_id","ended_at");--> statement-breakpoint
CREATE INDEX "conversation_spans_present" ON "conversation_spans" USING btree ("tenant_id","conversation_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "sla_targets_decided" ON "sla_targets" USING btree ("tenant_id","decided_at");--> statement-breakpoint
CREATE INDEX "surveys_sent" ON "surveys" USING btree ("tenant_id","sent_at");--> statement-breakpoint
CREATE INDEX "surveys_answered" ON "surveys" USING btree ("tenant_id","answered_at");--> statement-breakpoint
CREATE INDEX "conversations_to_fold" ON "conversations" USING btree ("tenant_id","id") WHERE fold_version < 1;--> statement-breakpoint
CREATE INDEX "measurements_repeated" ON "measurements" USING btree ("tenant_id","at") WHERE previous_at is not null;--> statement-breakpoint
ALTER TABLE "measurements" ADD CONSTRAINT "measurements_kind_known" CHECK ("measurements"."kind" in ('first_response', 'reply_time', 'resolution', 'reopening', 'bot_resolution', 'handoff', 'handling'));--> statement-breakpoint
do $$
declare
  name text;
begin
  foreach name in array array['automation_runs', 'conversation_spans', 'sla_targets', 'surveys', 'rollup_quarters',
    'rollup_agent_days', 'rollup_day_counts'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant on %I to deskpulse_tenant
      using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()))', name);
    execute format('grant select, insert, update, delete on %I to deskpulse_tenant', name);
  end loop;
end $$;
--> statement-breakpoint
-- The first argument names the columns of times, with commas between.
create or replace function mark_rollups_of_rows() returns trigger language plpgsql as $$
declare
  times text := (select string_agg(format('(r.%I)', name), ', ') from unnest(string_to_array(tg_argv[0], ',')) as name);
begin
  execute format(
    'insert into rollup_marks (tenant_id, starts_at)
     select distinct r.tenant_id, date_bin(''15 minutes'', time, timestamptz ''epoch'')
     from changed_rows r cross join lateral (values %s) as times (time) where time is not null', times);
  return null;
end $$;
--> statement-breakpoint
-- The second argument names the columns of the key, the further ones those whose change counts.
create or replace function mark_rollups_of_changes() returns trigger language plpgsql as $$
declare
  times text := (select string_agg(format('(o.%1$I), (n.%1$I)', name), ', ') from unnest(string_to_array(tg_argv[0], ',')) as name);
  key text := (select string_agg(format('%I', name), ', ') from unnest(string_to_array(tg_argv[1], ',')) as name);
  changed text := (select string_agg(format('o.%1$I is distinct from n.%1$I', name), ' or ') from unnest(tg_argv[2:]) as name);
begin
  execute format(
    'insert into rollup_marks (tenant_id, starts_at)
     select distinct n.tenant_id, date_bin(''15 minutes'', time, timestamptz ''epoch'')
     from old_rows o join new_rows n using (tenant_id, %s) cross join lateral (values %s) as times (time)
     where (%s) and time is not null', key, times, changed);
  return null;
end $$;
--> statement-breakpoint
do $$
declare
  fact record;
begin
  for fact in select * from (values
    ('conversations', 'created_at', 'id', array['created_at']),
    ('messages', 'at', 'id', array['at', 'direction', 'is_private', 'sender_id']),
    ('measurements', 'at', 'id', array['at', 'kind', 'duration_ms', 'user_id', 'previous_at', 'answers']),
    ('conversation_spans', 'started_at,ended_at', 'conversation_id,started_at', array['ended_at', 'status', 'is_unattended', 'user_id']),
    ('surveys', 'sent_at,answered_at', 'conversation_id,sent_at', array['answered_at', 'rating']),
    ('automation_runs', 'at', 'source_key', array['at', 'outcome'])
  ) as facts (name, times, key, columns) loop
    execute format('drop trigger if exists mark_rollups_insert on %I', fact.name);
    execute format('drop trigger if exists mark_rollups_delete on %I', fact.name);
    execute format('drop trigger if exists mark_rollups_update on %I', fact.name);
    execute format('create trigger mark_rollups_insert after insert on %I referencing new table as changed_rows
      for each statement execute function mark_rollups_of_rows(%L)', fact.name, fact.times);
    execute format('create trigger mark_rollups_delete after delete on %I referencing old table as changed_rows
      for each statement execute function mark_rollups_of_rows(%L)', fact.name, fact.times);
    execute format('create trigger mark_rollups_update after update on %I
      referencing old table as old_rows new table as new_rows
      for each statement execute function mark_rollups_of_changes(%L, %L, %s)', fact.name, fact.times, fact.key,
      (select string_agg(quote_literal(name), ', ') from unnest(fact.columns) as name));
    -- everything is rolled up anew; an owner who is no superuser sees rows only while row-level security is not forced
    execute format('alter table %I no force row level security', fact.name);
    execute format(
      'insert into rollup_marks (tenant_id, starts_at)
       select distinct tenant_id, date_bin(''15 minutes'', time, timestamptz ''epoch'')
       from %I cross join lateral (values %s) as times (time) where time is not null', fact.name,
      (select string_agg(format('(%I)', name), ', ') from unnest(string_to_array(fact.times, ',')) as name));
    execute format('alter table %I force row level security', fact.name);
  end loop;
end $$;
--> statement-breakpoint
-- counts stand in rollup_day_counts now
truncate rollup_days;
