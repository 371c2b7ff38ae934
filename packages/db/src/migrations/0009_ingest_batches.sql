CREATE TABLE "ingest_batches" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"source" text NOT NULL,
	"format" text NOT NULL,
	"body" "bytea" NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"taken" integer DEFAULT 0 NOT NULL,
	"accepted" integer DEFAULT 0 NOT NULL,
	"changed_inboxes" bigint[] DEFAULT '{}' NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "ingest_batches_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "named_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "named_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "hours_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "labels" ADD COLUMN "named_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "named_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "teams" ADD COLUMN "named_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "ingest_batches" ADD CONSTRAINT "ingest_batches_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ingest_batches_received" ON "ingest_batches" USING btree ("received_at");--> statement-breakpoint
alter table ingest_batches enable row level security;
--> statement-breakpoint
alter table ingest_batches force row level security;
--> statement-breakpoint
create policy tenant on ingest_batches to deskpulse_tenant
  using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
--> statement-breakpoint
create policy engine on ingest_batches to deskpulse_engine using (true) with check (true);
--> statement-breakpoint
grant select, insert, update on ingest_batches to deskpulse_tenant;
--> statement-breakpoint
grant select, delete on ingest_batches to deskpulse_engine;
--> statement-breakpoint
-- compressed already
alter table ingest_batches alter column body set storage external;
