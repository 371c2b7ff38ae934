import { readFileSync } from "node:fs";
import { join } from "node:path";
import { realtimeMarkdown } from "@deskpulse/contract/realtime/describe-events";
import { jobEvent } from "@deskpulse/contract/realtime/job-event";
import { expect, test } from "@jest/globals";
import { jobEventOf } from "../src/job-event.ts";
import { newRunId } from "./realtime-fixture.ts";

test("docs/realtime.md is what the table of events says", () => {
  const committed = readFileSync(join(import.meta.dirname, "../../../docs/realtime.md"), "utf8");
  expect(committed).toBe(realtimeMarkdown());
});

test("an event as it is sent has the shape that the table promises", () => {
  const run = {
    id: newRunId(),
    tenantId: null,
    job: "test.job",
    state: "completed",
    createdBy: "somebody",
    attempts: 0,
    starts: 1,
    progress: null,
    problem: null,
    at: new Date(),
    result: { a: 1 },
    resultRead: true,
  } as const;
  for (const event of [jobEventOf(run, true), jobEventOf(run, false)]) expect(jobEvent.parse(event)).toEqual(event);
});
