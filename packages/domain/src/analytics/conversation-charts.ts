import type { ConversationFigures } from "./conversation-figures.ts";
import { entryCharts } from "./entry-chart.ts";
import type { ReportChart } from "./report.ts";
import { type Drawable, timeChart } from "./time-chart.ts";

/** The charts of the conversations report; an empty tenant gets lines of zeros and nulls. */
export function conversationCharts(report: Drawable<ConversationFigures>): ReportChart[] {
  return [
    timeChart({ id: "conversations", kind: "bar", unit: "count" }, report, [
      { id: "created", name: "Created", value: ({ created }) => created },
      { id: "resolved", name: "Resolved", value: ({ resolved }) => resolved },
      { id: "reopened", name: "Reopened", value: ({ reopened }) => reopened },
    ]),
    timeChart({ id: "backlog", kind: "line", unit: "count" }, report, [
      { id: "open", name: "Open at the end", value: ({ open }) => open },
      { id: "unattended", name: "Unattended at the end", value: ({ unattended }) => unattended },
      { id: "unassigned", name: "Unassigned at the end", value: ({ unassigned }) => unassigned },
    ]),
    timeChart({ id: "messages", kind: "bar", unit: "count" }, report, [
      { id: "messagesIn", name: "From customers", value: ({ messagesIn }) => messagesIn },
      { id: "messagesOut", name: "To customers", value: ({ messagesOut }) => messagesOut },
      { id: "messagesPrivate", name: "Private notes", value: ({ messagesPrivate }) => messagesPrivate },
    ]),
    timeChart({ id: "medians", kind: "line", unit: "seconds" }, report, [
      {
        id: "firstResponse",
        name: "First response, median",
        value: ({ firstResponse }) => firstResponse.medianSeconds,
      },
      { id: "resolution", name: "Resolution, median", value: ({ resolution }) => resolution.medianSeconds },
    ]),
    ...entryCharts({ id: "breakdown", unit: "count" }, report.breakdowns, [
      { id: "created", name: "Created", value: ({ created }) => created },
      { id: "resolved", name: "Resolved", value: ({ resolved }) => resolved },
    ]),
  ];
}
