CREATE TABLE "actions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"finding_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"command" text NOT NULL,
	"schema_name" text NOT NULL,
	"table_name" text NOT NULL,
	"index_name" text,
	"lookup_columns" text[] NOT NULL,
	"sql" text NOT NULL,
	"undo_sql" text,
	"definition_after" text,
	"before" jsonb,
	"after" jsonb,
	"error" text,
	"planned_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"begun_at" timestamp (3) with time zone,
	"applied_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "actions_state_known" CHECK ("actions"."state" in ('planned', 'applied', 'verified', 'undone', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "findings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"severity" text NOT NULL,
	"confidence" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"benefit" text NOT NULL,
	"risk" text NOT NULL,
	"reason" text,
	"first_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_finding_id_findings_id_fk" FOREIGN KEY ("finding_id") REFERENCES "public"."findings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "actions_finding" ON "actions" USING btree ("finding_id");--> statement-breakpoint
CREATE UNIQUE INDEX "actions_planned" ON "actions" USING btree ("finding_id") WHERE state = 'planned';--> statement-breakpoint
CREATE UNIQUE INDEX "findings_open" ON "findings" USING btree ("kind","subject") WHERE resolved_at is null;--> statement-breakpoint
-- about the platform, not about a tenant: operators only, who come as the engine
grant select, insert, update, delete on findings, actions to deskpulse_engine;
