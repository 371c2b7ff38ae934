import { describe, expect, test } from "@jest/globals";
import { groupCalls } from "../src/group-calls.ts";
import { gate } from "./run-world.ts";

const limits = { groupMax: 100, groupsInFlightMax: 1, alongsideMin: 1, waitingMax: 1_000 };

describe("grouped calls", () => {
  test("that come together travel together and get their own answers", async () => {
    const groups: number[] = [];
    const double = groupCalls<number, number>({
      ...limits,
      run: async (items) => {
        groups.push(items.length);
        return items.map((item) => item * 2);
      },
    });
    expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
    expect(groups).toEqual([3]);
  });

  test("gather while a group is under way, in groups of at most the maximum", async () => {
    const first = gate();
    const groups: number[][] = [];
    const call = groupCalls<number, number>({
      ...limits,
      groupMax: 2,
      run: async (items) => {
        groups.push([...items]);
        if (items.includes(0)) await first.opened;
        return items;
      },
    });
    const zero = call(0);
    await new Promise((resolve) => setImmediate(resolve));
    const rest = Promise.all([1, 2, 3].map(call));
    await new Promise((resolve) => setImmediate(resolve));
    expect(groups).toEqual([[0]]);
    first.open();
    expect(await zero).toBe(0);
    expect(await rest).toEqual([1, 2, 3]);
    expect(groups).toEqual([[0], [1, 2], [3]]);
  });

  test("a bad item fails alone", async () => {
    const call = groupCalls<number, number>({
      ...limits,
      run: async (items) => {
        if (items.includes(2)) throw new Error("two is bad");
        return items;
      },
    });
    const outcomes = await Promise.allSettled([1, 2, 3].map(call));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("an item without an answer is refused, not left waiting", async () => {
    const call = groupCalls<number, number>({ ...limits, run: async (items) => items.slice(1) });
    const outcomes = await Promise.allSettled([1, 2].map(call));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  test("beyond the waiting line are refused at once as unavailable", async () => {
    const call = groupCalls<number, number>({ ...limits, waitingMax: 2, run: async (items) => items });
    const outcomes = Promise.allSettled([1, 2, 3].map(call));
    expect(
      (await outcomes).map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : "answered")),
    ).toEqual(["answered", "answered", "unavailable"]);
  });
});
