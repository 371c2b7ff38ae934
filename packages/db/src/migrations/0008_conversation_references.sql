CREATE INDEX "conversations_inbox" ON "conversations" USING btree ("tenant_id","inbox_id");--> statement-breakpoint
CREATE INDEX "conversations_customer" ON "conversations" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "conversations_team" ON "conversations" USING btree ("tenant_id","team_id");--> statement-breakpoint
CREATE INDEX "conversations_assignee" ON "conversations" USING btree ("tenant_id","assignee_id");