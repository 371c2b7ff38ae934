import { tenantRoles } from "@deskpulse/domain/tenants/role";
import { z } from "zod";

const time = z.iso.datetime();

export const userId = z.uuid().toLowerCase();
export const role = z.enum(tenantRoles);
export const email = z.email().max(320).toLowerCase();
/** Length is what makes a password hard to guess (NIST SP 800-63B asks for 8 at least). */
export const newPassword = z.string().min(8).max(1_000);

/** A user as a member of one tenant. */
export const userBody = z.strictObject({
  id: userId,
  tenantId: z.uuid(),
  name: z.string(),
  /** Null for an imported agent, who cannot sign in. */
  email: z.string().nullable(),
  role,
  hasPassword: z.boolean(),
  disabled: z.boolean(),
  memberSince: time,
});

export const userList = z.strictObject({ items: z.array(userBody), nextCursor: userId.nullable() });
