import type { ScheduleFindings } from "./drill-schedules.ts";

const shownMax = 20;

/** Prints what the drill found; true when every slot happened once and the kills hit. */
export function reportSchedules({ verdict, kills, deaths, stuck }: ScheduleFindings): boolean {
  const { expected, missing, doubled, strange, outcomes, runs } = verdict;
  const lines: readonly (readonly [string, string | number])[] = [
    ["slots due", expected],
    ["missing", missing.length],
    ["doubled", doubled.length],
    ["strange", strange.length],
    ["stuck", stuck.length],
    ["outcomes", [...outcomes].map(([outcome, count]) => `${outcome}: ${count}`).join("   ")],
    ["runs", runs],
    ["workers killed", kills],
  ];
  for (const [name, value] of lines) console.log(`${name.padEnd(20)}${value}`);
  const failures = [...missing, ...doubled, ...strange, ...stuck, ...deaths.map((name) => `${name} ended by itself`)];
  for (const failure of failures.slice(0, shownMax)) console.error(failure);
  const passed = failures.length === 0 && expected > 0;
  console.log(passed ? `The drill is passed: ${kills} kills, every slot once.` : "The drill has FAILED.");
  return passed;
}
