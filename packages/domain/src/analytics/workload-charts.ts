import type { ReportChart } from "./report.ts";
import { type Drawable, timeChart } from "./time-chart.ts";
import type { WorkloadFigures, WorkloadTotals } from "./workload-figures.ts";

const barsMax = 30;

/** Open conversations over time, and the agents with most of them; an empty tenant gets zeros and no bars. */
export function workloadCharts(report: Drawable<WorkloadFigures> & { readonly totals: WorkloadTotals }): ReportChart[] {
  const agents = report.totals.agents.slice(0, barsMax);
  return [
    timeChart({ id: "open", kind: "line", unit: "count" }, report, [
      { id: "averageOpen", name: "Open, average", value: ({ averageOpen }) => averageOpen },
      { id: "openAtEnd", name: "Open at the end", value: ({ openAtEnd }) => openAtEnd },
    ]),
    {
      id: "agents",
      kind: "bar",
      unit: "count",
      x: agents.map(({ name }) => name),
      series: [
        { id: "averageOpen", name: "Open, average", values: agents.map(({ averageOpen }) => averageOpen) },
        { id: "openNow", name: "Open now", values: agents.map(({ openNow }) => openNow) },
      ],
    },
  ];
}
