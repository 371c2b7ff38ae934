CREATE TABLE "import_positions" (
	"tenant_id" uuid NOT NULL,
	"source" text NOT NULL,
	"position" bigint NOT NULL,
	"reached_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "import_positions_tenant_id_source_pk" PRIMARY KEY("tenant_id","source")
);
--> statement-breakpoint
ALTER TABLE "import_positions" ADD CONSTRAINT "import_positions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
alter table import_positions enable row level security;
--> statement-breakpoint
alter table import_positions force row level security;
--> statement-breakpoint
create policy tenant on import_positions to deskpulse_tenant
  using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
--> statement-breakpoint
grant select, insert, update, delete on import_positions to deskpulse_tenant;
