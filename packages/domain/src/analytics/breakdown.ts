import { z } from "zod";

/** What a report may be broken down by: the same things as it is filtered by, credited in the same way. */
export const dimensions = ["agent", "team", "inbox", "channel", "label", "priority"] as const;
export type Dimension = (typeof dimensions)[number];

export const breakdownDimensionsMax = 2;
/** Entries of a breakdown at most; how many more there are stands in `meta.breakdown`. */
export const breakdownEntriesMax = 500;

/** What an entry is of. `key` is the value as filters take it; null where there is none. */
export const dimensionValue = z.strictObject({
  dimension: z.enum(dimensions),
  key: z.string().nullable(),
  name: z.string(),
});
export type DimensionValue = z.output<typeof dimensionValue>;

/** One entry for each value, or each pair that occurs. What has two labels counts in the entries of both. */
export const breakdownEntry = z.strictObject({
  dimensions: z.array(dimensionValue).min(1).max(breakdownDimensionsMax),
});
export type BreakdownEntry = z.output<typeof breakdownEntry>;

/** Which entries a breakdown has, in their order, by their keys; and how many more there would be. */
export interface BreakdownPlan {
  readonly dimensions: readonly Dimension[];
  /** One key a dimension. */
  readonly keys: readonly (readonly (string | null)[])[];
  readonly leftOut: number;
}

/** How people call the absence of a value. */
export const nameOfNone: Readonly<Record<Dimension, string>> = {
  agent: "Unassigned",
  team: "No team",
  inbox: "No inbox",
  channel: "No channel",
  label: "No label",
  priority: "No priority",
};
