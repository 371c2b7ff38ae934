import { metrics } from "@deskpulse/domain/analytics/metrics";
import { reportJobs } from "@deskpulse/jobs/analytics/report-jobs";
import { expect, test } from "@jest/globals";
import { figuresOf, metricEntries } from "../../src/analytics/describe-metrics.ts";

test("every figure of every report has one definition, and every definition a figure", () => {
  const entries = metricEntries();
  for (const [report, { output }] of reportJobs) {
    const names = figuresOf(output);
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      expect(entries.filter((entry) => entry.name === name && entry.reports.includes(report))).toHaveLength(1);
    }
  }
  expect(entries).toHaveLength(Object.keys(metrics).length);
});

test("a definition is one sentence or a list of them, with what it derives from", () => {
  for (const { definition, from, credits, empty } of metricEntries()) {
    expect(definition).toMatch(/^\S.*\.$/s);
    expect(from.length).toBeGreaterThan(0);
    expect(credits).not.toBe("");
    expect(empty).not.toBe("");
  }
});

test("one name with two meanings stands twice", () => {
  const unassigned = metricEntries().filter(({ name }) => name === "unassigned");
  expect(unassigned.map(({ reports }) => reports)).toEqual([["analytics.agent-workload"], ["analytics.conversations"]]);
});
