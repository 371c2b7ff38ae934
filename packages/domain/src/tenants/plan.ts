/** What a plan allows a tenant; null is unlimited. */
export interface Quotas {
  readonly conversationsPerMonth: number | null;
  /** Users who may sign in, whatever their role. */
  readonly agents: number | null;
  readonly apiCallsPerDay: number | null;
  /** Conversations, messages and events together. */
  readonly storedRows: number | null;
}
export type Quota = keyof Quotas;

/** Plans, smallest first. */
export const planNames = ["free", "standard", "enterprise"] as const;
export type PlanName = (typeof planNames)[number];

export const plans: Readonly<Record<PlanName, Quotas>> = {
  free: { conversationsPerMonth: 1_000, agents: 3, apiCallsPerDay: 10_000, storedRows: 500_000 },
  standard: { conversationsPerMonth: 100_000, agents: 200, apiCallsPerDay: 1_000_000, storedRows: 50_000_000 },
  enterprise: { conversationsPerMonth: null, agents: null, apiCallsPerDay: null, storedRows: null },
};

/** The plan of a tenant of which nobody has chosen one. */
export const planDefault: PlanName = "standard";
