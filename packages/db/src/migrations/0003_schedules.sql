CREATE TABLE "schedule_runs" (
	"schedule_id" uuid NOT NULL,
	"slot_at" timestamp (3) with time zone NOT NULL,
	"tenant_id" uuid,
	"outcome" text NOT NULL,
	"run_id" uuid,
	"detail" text,
	"requested_by" text,
	CONSTRAINT "schedule_runs_schedule_id_slot_at_pk" PRIMARY KEY("schedule_id","slot_at"),
	CONSTRAINT "schedule_runs_outcome_known" CHECK ("schedule_runs"."outcome" in ('queued', 'started', 'joined', 'skipped', 'missed', 'refused'))
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"name" text NOT NULL,
	"job" text NOT NULL,
	"input" jsonb NOT NULL,
	"cron" text NOT NULL,
	"timezone" text NOT NULL,
	"catch_up" text NOT NULL,
	"overlap" text NOT NULL,
	"priority" smallint DEFAULT 0 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"built_in" boolean DEFAULT false NOT NULL,
	"next_at" timestamp (3) with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schedules_catch_up_known" CHECK ("schedules"."catch_up" in ('all', 'latest', 'none')),
	CONSTRAINT "schedules_overlap_known" CHECK ("schedules"."overlap" in ('skip', 'queue', 'cancel')),
	CONSTRAINT "schedules_disabled_is_never_due" CHECK ("schedules"."enabled" or "schedules"."next_at" is null)
);
--> statement-breakpoint
ALTER TABLE "job_runs" ADD COLUMN "priority" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "schedule_runs" ADD CONSTRAINT "schedule_runs_schedule_id_schedules_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."schedules"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_runs" ADD CONSTRAINT "schedule_runs_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "schedule_runs_tenant" ON "schedule_runs" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "schedule_runs_queued" ON "schedule_runs" USING btree ("schedule_id","slot_at") WHERE outcome = 'queued';--> statement-breakpoint
CREATE INDEX "schedule_runs_slot" ON "schedule_runs" USING btree ("slot_at");--> statement-breakpoint
CREATE INDEX "schedules_tenant" ON "schedules" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "schedules_due" ON "schedules" USING btree ("next_at") WHERE next_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "schedules_built_in" ON "schedules" USING btree ("job") WHERE built_in;--> statement-breakpoint
do $$
declare name text;
begin
  foreach name in array array['schedules', 'schedule_runs'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant on %I to deskpulse_tenant using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()))',
      name);
    execute format('create policy engine on %I to deskpulse_engine using (true) with check (true)', name);
  end loop;
end $$;
--> statement-breakpoint
grant select, insert, update, delete on schedules to deskpulse_tenant, deskpulse_engine;
--> statement-breakpoint
grant select, insert on schedule_runs to deskpulse_tenant;
--> statement-breakpoint
grant select, insert, update, delete on schedule_runs to deskpulse_engine;
