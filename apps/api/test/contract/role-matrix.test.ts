import { isAdmitted } from "@deskpulse/contract/openapi/describe-routes";
import { namesTenant } from "@deskpulse/contract/openapi/problem-statuses";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { expectProblem } from "../expect-problem.ts";
import { sampleOf } from "./route-samples.ts";
import {
  type CallerName,
  callers,
  type StartedSampleWorld,
  startSampleWorld,
  table,
  withTenant,
} from "./sample-world.ts";
import { tableContents } from "./table-contents.ts";

let world: StartedSampleWorld;
beforeAll(async () => {
  world = await startSampleWorld();
});
afterAll(() => world.api.stop());

const contents = () => tableContents(world.api.database);
function expectOneOf(expected: readonly number[], status: number, text: string): void {
  if (!expected.includes(status)) throw new Error(`expected ${expected.join(" or ")}, got ${status}: ${text}`);
}

const callerNames = Object.keys(callers) as CallerName[];

describe.each(table)("%s", (key, route) => {
  test.each(callerNames)("as %s", async (who) => {
    const request = await world.sampleFor(key, who);
    if (isAdmitted(route, callers[who])) {
      const response = await world.sendSample(key, who, request);
      const text = await response.text();
      const { answers } = sampleOf(key);
      const expected = answers === undefined ? Object.keys(route.replies).map(Number) : [answers];
      expectOneOf(expected, response.status, text);
      // what is answered is what the row says
      if (response.ok) route.replies[response.status]?.parse(text === "" ? undefined : JSON.parse(text));
      return;
    }
    const before = await contents();
    await expectProblem(await world.sendSample(key, who, request), 403);
    expect(await contents()).toEqual(before);
  });

  if (route.role === "anyone") return;

  test.each([
    ["without a token", {}],
    [
      "with a token that nobody signed",
      { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwicm9sZSI6Im9wZXJhdG9yIn0." },
    ],
    ["with a key that nobody made", { authorization: `Bearer dpk_${"x".repeat(43)}` }],
  ])("%s", async (_, headers) => {
    const request = await world.sampleFor(key, "admin");
    const before = await contents();
    await expectProblem(await world.sendSample(key, null, request, headers), 401);
    expect(await contents()).toEqual(before);
  });

  test("as an admin of another tenant", async () => {
    const own = await world.sampleFor(key, "admin");
    const request = namesTenant(route) ? withTenant(route, own, world.tenantId) : own;
    const before = await contents();
    const response = await world.sendSample(key, "foreignAdmin", request);
    if (!isAdmitted(route, "admin")) {
      await expectProblem(response, 403);
    } else if (route.params !== undefined || namesTenant(route)) {
      await expectProblem(response, 404);
    } else {
      // it can only be about the caller's own: nothing of the tenant is told
      const text = await response.text();
      const { answers } = sampleOf(key);
      expectOneOf(answers === undefined ? Object.keys(route.replies).map(Number) : [answers], response.status, text);
      expect(text).not.toContain(world.tenantId);
      return;
    }
    expect(await contents()).toEqual(before);
  });
});
