ALTER TABLE "memberships" ADD COLUMN "ended_at" timestamp (3) with time zone;--> statement-breakpoint
-- an ended membership stays, so nobody deletes one
revoke delete on memberships from deskpulse_engine;
