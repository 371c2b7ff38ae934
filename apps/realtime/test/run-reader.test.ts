import type { RunStateRow } from "@deskpulse/db/jobs/read-run-states";
import { eventually } from "@deskpulse/testkit/eventually";
import { describe, expect, test } from "@jest/globals";
import { isNewer } from "../src/job-event.ts";
import { createRunReader } from "../src/run-reader.ts";

const row = (id: string): RunStateRow => ({
  id,
  tenantId: null,
  job: "test.job",
  state: "queued",
  createdBy: "somebody",
  attempts: 0,
  starts: 0,
  progress: null,
  problem: null,
  at: new Date(),
  result: null,
  resultRead: false,
});

describe("a run reader", () => {
  test("collects while a read is in flight, and reads anew what is asked for meanwhile", async () => {
    const groups: string[][] = [];
    let release: () => void = () => undefined;
    const reader = createRunReader(async (ids) => {
      groups.push([...ids]);
      if (groups.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return ids.map(row);
    }, 5_000);
    const first = reader.read("a", false);
    await eventually(() => expect(groups).toHaveLength(1));
    const rest = ["a", "b", "b", "c"].map((id) => reader.read(id, true));
    release();
    expect((await first)?.id).toBe("a");
    expect((await Promise.all(rest)).map((run) => run?.id)).toEqual(["a", "b", "b", "c"]);
    expect(groups).toEqual([["a"], ["a", "b", "c"]]);
  });

  test("serves who asks in the moment in which it becomes idle", async () => {
    const reader = createRunReader(async (ids) => ids.map(row), 5_000);
    for (const id of ["a", "b", "c"]) expect((await reader.read(id, false))?.id).toBe(id);
    expect(await createRunReader(async () => [], 5_000).read("x", false)).toBeNull();
  });

  test("gives up a read that hangs, and works again afterwards", async () => {
    let hangs = true;
    const reader = createRunReader((ids) => (hangs ? new Promise(() => undefined) : Promise.resolve(ids.map(row))), 20);
    await expect(reader.read("a", false)).rejects.toThrow("within 20 ms");
    hangs = false;
    expect((await reader.read("a", false))?.id).toBe("a");
  });
});

test("versions of a run are ordered by starts, then by what can follow within one start", () => {
  const version = (starts: number, state: RunStateRow["state"], attempts = 0) => ({ starts, state, attempts });
  expect(isNewer(version(1, "started"), version(0, "queued"))).toBe(true);
  expect(isNewer(version(1, "queued", 1), version(1, "started"))).toBe(true);
  expect(isNewer(version(0, "cancelled"), version(0, "queued"))).toBe(true);
  expect(isNewer(version(1, "cancelled", 1), version(1, "queued", 1))).toBe(true);
  expect(isNewer(version(3, "queued", 0), version(3, "failed", 3))).toBe(true);
  expect(isNewer(version(1, "started"), version(1, "completed"))).toBe(false);
  expect(isNewer(version(0, "queued"), version(1, "started"))).toBe(false);
  expect(isNewer(version(1, "completed"), version(1, "completed"))).toBe(false);
});
