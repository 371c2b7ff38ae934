import type { InboxReference, Reference } from "@deskpulse/domain/ingest/references";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { WorkingHours } from "@deskpulse/domain/tenants/working-hours";
import { v5 as uuidv5 } from "uuid";
import { type GenerateRequest, keyOfRequest } from "./generate-request.ts";
import { companyName, personName } from "./names.ts";
import { Random } from "./random.ts";

/** Half-hour, quarter-hour and clock-changing zones are among the first, because they are what goes wrong. */
const zones = [
  "America/New_York",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Europe/Berlin",
  "Australia/Sydney",
  "America/Sao_Paulo",
  "UTC",
  "Asia/Tokyo",
];

const inboxKinds = [
  { name: "Support mail", channel: "email", hasBot: false },
  { name: "Website chat", channel: "web", hasBot: true },
  { name: "WhatsApp", channel: "whatsapp", hasBot: true },
  { name: "Billing mail", channel: "email", hasBot: false },
  { name: "App", channel: "api", hasBot: false },
  { name: "Instagram", channel: "instagram", hasBot: false },
  { name: "Phone", channel: "voice", hasBot: false },
  { name: "SMS", channel: "sms", hasBot: true },
];
const teamNames = ["First line", "Billing", "Technical", "Returns", "Key accounts", "Night desk"];
export const labelNames = [
  "billing",
  "shipping",
  "refund",
  "login",
  "bug",
  "question",
  "cancellation",
  "feedback",
  "vip",
  "spam",
] as const;

type Day = WorkingHours["week"]["monday"];
const office: Day = [{ from: "09:00", to: "18:00" }];
const withLunch: Day = [
  { from: "08:00", to: "12:00" },
  { from: "13:00", to: "17:00" },
];
const long: Day = [{ from: "07:00", to: "22:00" }];
const short: Day = [{ from: "10:00", to: "14:00" }];
const hours = (weekday: Day, saturday: Day, sunday: Day): WorkingHours => ({
  week: { monday: weekday, tuesday: weekday, wednesday: weekday, thursday: weekday, friday: weekday, saturday, sunday },
  holidays: ["2025-01-01", "2025-12-25", "2026-01-01", "2026-12-25", "2027-01-01"],
});
/** Null: a tenant that has set none. */
export const officeHours = hours(office, [], []);
const workingHoursKinds: readonly (WorkingHours | null)[] = [
  hours(long, short, short),
  officeHours,
  hours(withLunch, [], []),
  hours(office, short, []),
  null,
];

/** A member of the tenant. */
export interface PlannedAgent {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly role: TenantRole;
  readonly team: string;
}

export interface PlannedInbox extends InboxReference {
  readonly hasBot: boolean;
  /** Null: the tenant's. */
  readonly workingHours: WorkingHours | null;
}

/** Everything about a tenant that its conversations refer to; it follows from the request alone. */
export interface TenantPlan {
  readonly id: string;
  readonly name: string;
  /** First part of all its keys and of the seed of its random numbers. */
  readonly key: string;
  readonly timezone: string;
  readonly workingHours: WorkingHours | null;
  readonly from: number;
  readonly until: number;
  readonly conversations: number;
  readonly customers: number;
  readonly agents: readonly PlannedAgent[];
  readonly inboxes: readonly PlannedInbox[];
  readonly teams: readonly Reference[];
  readonly labels: readonly Reference[];
}

const namespace = "5d2c1e0a-7f2b-5b53-9a35-0d9a4f4c7c11";
const dayMs = 86_400_000;

/** The tenants of a request, the one with half of all first. */
export function planTenants(request: GenerateRequest): TenantPlan[] {
  const key = keyOfRequest(request);
  return shareOut(request.conversations, request.tenants).map((conversations, index) =>
    planTenant({
      key: `${key}-${index + 1}`,
      name: `${companyName(index)} ${key}-${index + 1}`,
      timezone: zones[index % zones.length] ?? "UTC",
      workingHours: workingHoursKinds[index % workingHoursKinds.length] ?? null,
      from: request.until - request.days * dayMs,
      until: request.until,
      conversations,
    }),
  );
}

type TenantOutline = Pick<
  TenantPlan,
  "key" | "name" | "timezone" | "workingHours" | "from" | "until" | "conversations"
>;

/** A tenant big enough for its conversations. Everything but the span follows from its key and size. */
export function planTenant(outline: TenantOutline): TenantPlan {
  const { key, conversations, from, until } = outline;
  const random = new Random(key, "plan");
  const perDay = (conversations * dayMs) / (until - from);
  const between = (low: number, high: number, wanted: number) => Math.max(low, Math.min(high, Math.ceil(wanted)));
  const teams = teamNames.slice(0, between(2, teamNames.length, perDay / 15)).map(named);
  const agentsCount = between(4, 400, perDay / 9);
  const agents = Array.from({ length: agentsCount }, (_, index): PlannedAgent => {
    const agent = `agent-${index + 1}`;
    return {
      id: uuidv5(`${key}/${agent}`, namespace),
      key: agent,
      name: personName(random),
      // those who answer least
      role: index === agentsCount - 1 ? "admin" : index === agentsCount - 2 ? "supervisor" : "agent",
      team: teams[index % teams.length]?.key ?? "",
    };
  });
  return {
    ...outline,
    id: uuidv5(key, namespace),
    customers: Math.ceil(conversations * 0.4) + 3,
    agents,
    teams,
    labels: labelNames.map(named),
    inboxes: inboxKinds.slice(0, between(3, inboxKinds.length, perDay / 8)).map(({ name, ...kind }) => ({
      ...named(name),
      ...kind,
      workingHours: kind.channel === "voice" ? officeHours : null,
    })),
  };
}

/** Half to the first tenant, the rest by Zipf's law; at least one each. */
function shareOut(conversations: number, tenants: number): number[] {
  if (tenants === 1) return [conversations];
  const others = Array.from({ length: tenants - 1 }, (_, index) => 1 / (index + 1));
  const sum = others.reduce((total, weight) => total + weight, 0);
  const spare = conversations - tenants;
  const rest = others.map((weight) => 1 + Math.floor((spare * weight) / (2 * sum)));
  return [conversations - rest.reduce((total, count) => total + count, 0), ...rest];
}

function named(name: string): Reference {
  return { key: name.toLowerCase().replaceAll(" ", "-"), name, isNamed: true, namedAt: null };
}

/** The tenant's customers, from rank `first` on, at most `count`; rank 0 writes most. */
export function planCustomers(plan: TenantPlan, first: number, count: number): Reference[] {
  const random = new Random(plan.key, "customers", first);
  const size = Math.max(0, Math.min(count, plan.customers - first));
  return Array.from({ length: size }, (_, index) => ({
    key: customerKey(first + index),
    name: personName(random),
    isNamed: true,
    namedAt: null,
  }));
}

export const customerKey = (rank: number): string => `customer-${rank + 1}`;
