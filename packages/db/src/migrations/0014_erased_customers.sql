ALTER TABLE "customers" ADD COLUMN "erased_at" timestamp (3) with time zone;--> statement-breakpoint
-- a tenant ends with all that it has, and with the users who belonged to it alone
grant delete on tenants, users, rollup_marks to deskpulse_engine;
--> statement-breakpoint
create policy engine_erases on rollup_marks for delete to deskpulse_engine using (true);
