CREATE TABLE "refresh_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"family_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"tenant_id" uuid,
	"secret_hash" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "refresh_tokens_secret_hash_unique" UNIQUE("secret_hash")
);
--> statement-breakpoint
CREATE TABLE "token_revocations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "token_revocations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"token_id" text,
	"subject" text,
	"tenant_id" uuid,
	"issued_before" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "token_revocations_kind" CHECK (num_nonnulls("token_revocations"."token_id", "token_revocations"."subject") = 1 and ("token_revocations"."subject" is null) = ("token_revocations"."issued_before" is null))
);
--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_membership_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."memberships"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "refresh_tokens_family" ON "refresh_tokens" USING btree ("family_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_user" ON "refresh_tokens" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_membership" ON "refresh_tokens" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_expires" ON "refresh_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "token_revocations_created" ON "token_revocations" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "token_revocations_expires" ON "token_revocations" USING btree ("expires_at");--> statement-breakpoint
-- guarded like all that names a tenant, though only the engine works with them
do $$
declare name text;
begin
  foreach name in array array['refresh_tokens', 'token_revocations'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant on %I to deskpulse_tenant using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()))',
      name);
    execute format('create policy engine on %I to deskpulse_engine using (true) with check (true)', name);
  end loop;
end $$;
--> statement-breakpoint
grant select on refresh_tokens, token_revocations to deskpulse_tenant;
--> statement-breakpoint
grant select, insert, delete, update (used_at, revoked_at) on refresh_tokens to deskpulse_engine;
--> statement-breakpoint
grant select, insert, delete on token_revocations to deskpulse_engine;
--> statement-breakpoint
grant insert, update (revoked_at) on api_keys to deskpulse_engine;
