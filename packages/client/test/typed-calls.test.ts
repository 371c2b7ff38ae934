import { createClient } from "@deskpulse/client";
import type { RouteContract } from "@deskpulse/contract/http/route";
import { routes } from "@deskpulse/contract/routes";
import { expect, test } from "@jest/globals";
import { routeLines } from "../src/routes.generated.ts";

test("the client knows every route of the contract, as the contract has it", () => {
  const rows = Object.entries<RouteContract>(routes).map(([key, { method, path, idempotent }]) => [
    key,
    [method, path, ...(idempotent === true ? ["idempotent"] : [])],
  ]);
  const lines = Object.entries(routeLines).map(([key, line]) => [key, line.split(" ")]);
  expect(Object.fromEntries(lines)).toEqual(Object.fromEntries(rows));
  expect(lines.length).toBeGreaterThan(30);
});

void whatTheCompilerSays;

/** Never called: the compiler checks that each line is refused or accepted as it says. */
async function whatTheCompilerSays(): Promise<unknown[]> {
  const client = createClient({ apiUrl: "http://desk.example" });
  const { body: list } = await client.call("listJobs");
  const state: "queued" | "started" | "completed" | "failed" | "cancelled" | undefined = list.items[0]?.state;
  const report = await client.call("readConversationsReport", {
    query: { from: "2016-03-01", groupBy: "week", inboxId: [1, 2], maxAge: 60 },
  });
  const created: number = report.status === 200 ? report.body.totals.created : report.body.attempts;
  const nothing: undefined = (await client.call("revokeToken", { body: {} })).body;
  const result = await client.run("analytics.response-time", { from: "2016-03-01" });
  const median: number | null = result.totals.firstResponse.medianSeconds;
  await client.call("startJob", { body: { job: "x", input: {} }, headers: { prefer: "wait=5" } });

  // @ts-expect-error there is no such route
  await client.call("readEverything");
  // @ts-expect-error the path needs its parameter
  await client.call("readJob");
  // @ts-expect-error the path has no such parameter
  await client.call("readJob", { params: { jobId: "x" } });
  // @ts-expect-error it takes no body
  await client.call("listJobs", { body: {} });
  // @ts-expect-error it is not grouped so
  await client.call("readConversationsReport", { query: { groupBy: "fortnight" } });
  // @ts-expect-error the body needs its input's job
  await client.call("startJob", { body: { input: {} } });
  // @ts-expect-error a list has no result
  list.items[0]?.result;
  // @ts-expect-error only where the status says that it is a report
  report.body.totals;
  // @ts-expect-error there is no such job
  await client.run("analytics.everything", {});
  // @ts-expect-error the job takes no such input
  await client.run("analytics.conversations", { until: "2016-03-01" });
  // @ts-expect-error the result has no such figure
  result.totals.beauty;
  // @ts-expect-error preferences are these two
  await client.call("listJobs", { headers: { prefer: "soon" } });
  return [state, created, nothing, median];
}
