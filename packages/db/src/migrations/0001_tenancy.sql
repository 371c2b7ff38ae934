-- Row-level security, forced, on everything that belongs to a tenant; and no more grants than the two roles need.
-- The roles themselves are made before the migrations (tenancy/ensure-roles.ts): they belong to the server.
create function current_tenant() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.tenant_id', true), '')::uuid;
--> statement-breakpoint
do $$
declare name text;
begin
  execute format('grant usage on schema %I to deskpulse_tenant, deskpulse_engine', current_schema());
  foreach name in array array[
    'memberships', 'api_keys', 'inboxes', 'teams', 'customers', 'labels', 'conversations', 'conversation_labels',
    'messages', 'events', 'measurements', 'job_runs', 'job_run_log_lines', 'idempotency_keys', 'audit_log'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    -- the sub-select is evaluated once per statement, not once per row
    execute format(
      'create policy tenant on %I to deskpulse_tenant using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()))',
      name);
  end loop;
  foreach name in array array[
    'memberships', 'api_keys', 'job_runs', 'job_run_log_lines', 'idempotency_keys', 'audit_log'
  ] loop
    execute format('create policy engine on %I to deskpulse_engine using (true) with check (true)', name);
  end loop;
  foreach name in array array['tenants', 'users'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy engine on %I to deskpulse_engine using (true) with check (true)', name);
  end loop;
end $$;
--> statement-breakpoint
create policy tenant on tenants for select to deskpulse_tenant using (id = (select current_tenant()));
--> statement-breakpoint
create policy tenant on users for select to deskpulse_tenant using (
  exists (select from memberships m where m.user_id = users.id and m.tenant_id = (select current_tenant()))
);
--> statement-breakpoint
grant select on tenants, users, memberships, api_keys to deskpulse_tenant;
--> statement-breakpoint
grant select, insert, update, delete on
  inboxes, teams, customers, labels, conversations, conversation_labels, messages, events, measurements
  to deskpulse_tenant;
--> statement-breakpoint
grant select, insert, update on job_runs to deskpulse_tenant;
--> statement-breakpoint
grant select, insert on job_run_log_lines, audit_log to deskpulse_tenant;
--> statement-breakpoint
grant select, insert, update on idempotency_keys to deskpulse_tenant;
--> statement-breakpoint
grant update on idempotency_keys to deskpulse_engine;
--> statement-breakpoint
grant select, insert on tenants to deskpulse_engine;
--> statement-breakpoint
grant select, insert, update on users, memberships, operator_sessions to deskpulse_engine;
--> statement-breakpoint
grant select, update (last_used_at) on api_keys to deskpulse_engine;
--> statement-breakpoint
grant select, insert, update, delete on job_runs, workers, queue_pauses to deskpulse_engine;
--> statement-breakpoint
grant select, insert, delete on job_run_log_lines, idempotency_keys, operator_sessions to deskpulse_engine;
--> statement-breakpoint
grant select, insert on audit_log to deskpulse_engine;
--> statement-breakpoint
-- half of each page stays free for the claim's HOT update; dead versions are cleared early
alter table job_runs set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.1);
--> statement-breakpoint
-- tenants may not read the workers' table, and need not: one bit of it decides whether a cancel ends a run at once
create function worker_lives(worker uuid, lock_ms float8) returns boolean language sql stable security definer
  set search_path from current
  return exists (select from workers where id = worker and heartbeat_at > now() - lock_ms * interval '1 millisecond');
--> statement-breakpoint
-- operators' own runs share as well: their missing tenant counts as one value (drizzle cannot say this of an index)
drop index job_runs_shared;
--> statement-breakpoint
create unique index job_runs_shared on job_runs (tenant_id, sharing_key) nulls not distinct
  where finished_at is null and sharing_key is not null;
