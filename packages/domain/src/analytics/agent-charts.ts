import type { AgentFigures, AgentTotals } from "./agent-figures.ts";
import type { ReportChart } from "./report.ts";
import { type Drawable, timeChart } from "./time-chart.ts";

const barsMax = 30;

/** What was done over time, and the agents with the most resolutions; an empty tenant gets zeros and no bars. */
export function agentCharts(report: Drawable<AgentFigures> & { readonly totals: AgentTotals }): ReportChart[] {
  const agents = report.totals.agents.slice(0, barsMax);
  return [
    timeChart({ id: "work", kind: "bar", unit: "count" }, report, [
      { id: "handled", name: "Handled", value: ({ handled }) => handled },
      { id: "resolved", name: "Resolved", value: ({ resolved }) => resolved },
    ]),
    timeChart({ id: "averages", kind: "line", unit: "seconds" }, report, [
      {
        id: "firstResponse",
        name: "First response, average",
        value: ({ firstResponse }) => firstResponse.averageSeconds,
      },
      { id: "reply", name: "Reply, average", value: ({ reply }) => reply.averageSeconds },
      { id: "resolution", name: "Resolution, average", value: ({ resolution }) => resolution.averageSeconds },
    ]),
    {
      id: "agents",
      kind: "bar",
      unit: "count",
      x: agents.map(({ name }) => name),
      series: [
        { id: "handled", name: "Handled", values: agents.map(({ handled }) => handled) },
        { id: "resolved", name: "Resolved", values: agents.map(({ resolved }) => resolved) },
      ],
    },
  ];
}
