DROP INDEX "audit_log_tenant";--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "timezone" text;--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "working_hours" jsonb;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "plan" text DEFAULT 'standard' NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "working_hours" jsonb;--> statement-breakpoint
CREATE INDEX "audit_log_tenant_at" ON "audit_log" USING btree ("tenant_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "audit_log_actor" ON "audit_log" USING btree ("actor","at","id");--> statement-breakpoint
CREATE INDEX "audit_log_object" ON "audit_log" USING btree ("object","at","id");--> statement-breakpoint
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_plan_known" CHECK ("tenants"."plan" in ('free', 'standard', 'enterprise'));--> statement-breakpoint
grant update (name, timezone, plan, working_hours) on tenants to deskpulse_engine;--> statement-breakpoint
grant delete on memberships to deskpulse_engine;
