import type { AutomationFigures, AutomationTotals } from "./automation-figures.ts";
import type { ReportChart } from "./report.ts";
import { type Drawable, timeChart } from "./time-chart.ts";

/** The charts of the automation report; an empty tenant gets lines of zeros and nulls. */
export function automationCharts(
  report: Drawable<AutomationFigures> & { readonly totals: AutomationTotals },
): ReportChart[] {
  const rules = report.totals.byRule.greatest;
  return [
    timeChart({ id: "runs", kind: "bar", unit: "count" }, report, [
      { id: "succeeded", name: "Succeeded", value: ({ succeeded }) => succeeded },
      { id: "failed", name: "Failed", value: ({ failed }) => failed },
    ]),
    timeChart({ id: "rates", kind: "line", unit: "rate" }, report, [
      { id: "successRate", name: "Success rate", value: ({ successRate }) => successRate },
      { id: "botResolutionRate", name: "Resolved by bots", value: ({ botResolutionRate }) => botResolutionRate },
      { id: "handoffRate", name: "Handed over by bots", value: ({ handoffRate }) => handoffRate },
    ]),
    {
      id: "rules",
      kind: "bar",
      unit: "count",
      x: rules.map(({ name }) => name),
      series: [
        { id: "succeeded", name: "Succeeded", values: rules.map(({ succeeded }) => succeeded) },
        { id: "failed", name: "Failed", values: rules.map(({ failed }) => failed) },
      ],
    },
  ];
}
