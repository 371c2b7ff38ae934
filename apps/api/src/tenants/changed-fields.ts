import { canonicalJson } from "@deskpulse/domain/json";

/** What a change really changes: each field with its value before and after. Null when all stays as it is. */
export function changedFields<Settings extends object>(
  before: Settings,
  after: Settings,
): { readonly [Field in keyof Settings]?: { readonly from: unknown; readonly to: unknown } } | null {
  const changed: { [Field in keyof Settings]?: { from: unknown; to: unknown } } = {};
  for (const field of Object.keys(after) as (keyof Settings)[]) {
    const [from, to] = [before[field], after[field]];
    if (canonicalJson(from) !== canonicalJson(to)) changed[field] = { from, to };
  }
  return Object.keys(changed).length === 0 ? null : changed;
}
