import type { userBody } from "@deskpulse/contract/tenants/user";
import type { Member } from "@deskpulse/db/identity/member";
import type { z } from "zod";

/** A member of a tenant as callers see it. */
export const presentMember = (member: Member): z.input<typeof userBody> => ({
  ...member,
  memberSince: member.memberSince.toISOString(),
});
