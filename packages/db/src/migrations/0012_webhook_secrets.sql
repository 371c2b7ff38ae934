CREATE TABLE "webhook_secrets" (
	"tenant_id" uuid NOT NULL,
	"source" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_secrets_tenant_id_source_pk" PRIMARY KEY("tenant_id","source")
);
--> statement-breakpoint
ALTER TABLE "webhook_secrets" ADD CONSTRAINT "webhook_secrets_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
alter table webhook_secrets enable row level security;
--> statement-breakpoint
alter table webhook_secrets force row level security;
--> statement-breakpoint
create policy tenant on webhook_secrets to deskpulse_tenant
  using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
--> statement-breakpoint
grant select, insert, update, delete on webhook_secrets to deskpulse_tenant;
