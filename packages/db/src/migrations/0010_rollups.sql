CREATE TABLE "rollup_days" (
	"tenant_id" uuid NOT NULL,
	"zone" text NOT NULL,
	"metric" text NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"count" bigint NOT NULL,
	"sum_ms" bigint,
	"min_ms" bigint,
	"max_ms" bigint,
	"sketch_keys" smallint[],
	"sketch_counts" integer[],
	CONSTRAINT "rollup_days_tenant_id_zone_metric_starts_at_pk" PRIMARY KEY("tenant_id","zone","metric","starts_at")
);
--> statement-breakpoint
CREATE TABLE "rollup_marks" (
	"tenant_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "rollup_marks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"starts_at" timestamp (3) with time zone NOT NULL,
	"zone" text,
	CONSTRAINT "rollup_marks_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "rollup_zones" (
	"tenant_id" uuid NOT NULL,
	"zone" text NOT NULL,
	CONSTRAINT "rollup_zones_tenant_id_zone_pk" PRIMARY KEY("tenant_id","zone")
);
--> statement-breakpoint
ALTER TABLE "rollup_days" ADD CONSTRAINT "rollup_days_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollup_zones" ADD CONSTRAINT "rollup_zones_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
alter table rollup_zones enable row level security;
--> statement-breakpoint
alter table rollup_zones force row level security;
--> statement-breakpoint
create policy tenant on rollup_zones to deskpulse_tenant
  using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
--> statement-breakpoint
create policy engine on rollup_zones for select to deskpulse_engine using (true);
--> statement-breakpoint
grant select, insert, delete on rollup_zones to deskpulse_tenant;
--> statement-breakpoint
grant select on rollup_zones to deskpulse_engine;
--> statement-breakpoint
alter table rollup_days enable row level security;
--> statement-breakpoint
alter table rollup_days force row level security;
--> statement-breakpoint
create policy tenant on rollup_days to deskpulse_tenant
  using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
--> statement-breakpoint
grant select, insert, delete on rollup_days to deskpulse_tenant;
--> statement-breakpoint
alter table rollup_marks enable row level security;
--> statement-breakpoint
alter table rollup_marks force row level security;
--> statement-breakpoint
create policy tenant on rollup_marks to deskpulse_tenant
  using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
--> statement-breakpoint
create policy engine on rollup_marks for select to deskpulse_engine using (true);
--> statement-breakpoint
-- deletes that cascade act as the owner, whom forced row-level security would refuse its marks
create policy owner on rollup_marks for insert to current_user with check (true);
--> statement-breakpoint
grant select, insert, delete on rollup_marks to deskpulse_tenant;
--> statement-breakpoint
grant select on rollup_marks to deskpulse_engine;
--> statement-breakpoint
-- Marks are written by triggers, so that no way to write facts can forget them. The argument is the column of the time.
create function mark_rollups_of_rows() returns trigger language plpgsql as $$
begin
  execute format(
    'insert into rollup_marks (tenant_id, starts_at)
     select distinct tenant_id, date_bin(''15 minutes'', %I, timestamptz ''epoch'') from changed_rows', tg_argv[0]);
  return null;
end $$;
--> statement-breakpoint
-- The further arguments are the columns whose change counts.
create function mark_rollups_of_changes() returns trigger language plpgsql as $$
declare
  columns text := (select string_agg(format('o.%1$I is distinct from n.%1$I', name), ' or ') from unnest(tg_argv) as name);
begin
  execute format(
    'insert into rollup_marks (tenant_id, starts_at)
     select distinct n.tenant_id, date_bin(''15 minutes'', time, timestamptz ''epoch'')
     from old_rows o join new_rows n using (tenant_id, id) cross join lateral (values (o.%1$I), (n.%1$I)) as times (time)
     where %2$s', tg_argv[0], columns);
  return null;
end $$;
--> statement-breakpoint
do $$
declare
  fact record;
begin
  for fact in select * from (values
    ('conversations', array['created_at']),
    ('messages', array['at', 'direction', 'is_private']),
    ('measurements', array['at', 'kind', 'duration_ms'])
  ) as facts (name, columns) loop
    execute format('create trigger mark_rollups_insert after insert on %I referencing new table as changed_rows
      for each statement execute function mark_rollups_of_rows(%L)', fact.name, fact.columns[1]);
    execute format('create trigger mark_rollups_delete after delete on %I referencing old table as changed_rows
      for each statement execute function mark_rollups_of_rows(%L)', fact.name, fact.columns[1]);
    execute format('create trigger mark_rollups_update after update on %I
      referencing old table as old_rows new table as new_rows
      for each statement execute function mark_rollups_of_changes(%s)', fact.name,
      (select string_agg(quote_literal(name), ', ') from unnest(fact.columns) as name));
    -- what is there already is rolled up like what comes
    execute format(
      'insert into rollup_marks (tenant_id, starts_at)
       select distinct tenant_id, date_bin(''15 minutes'', %I, timestamptz ''epoch'') from %I', fact.columns[1], fact.name);
  end loop;
end $$;
