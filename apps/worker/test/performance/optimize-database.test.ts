import { connectDatabase } from "@deskpulse/db/connect";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  createOptimisationWorld,
  type OptimisationWorld,
  type OptimizeRequest,
  plantUnindexedKey,
} from "./optimisation-world.ts";

let world: OptimisationWorld;
beforeAll(async () => {
  world = await createOptimisationWorld();
});
afterAll(() => world?.drop());

const kinds = {
  key: ["foreign-key-without-index"],
  duplicate: ["duplicate-index"],
  statistics: ["stale-statistics"],
  invalid: ["invalid-index"],
} as const;

const indexesOf = async (table: string) =>
  (await world.sql`select indexname from pg_indexes where tablename = ${table} order by 1`).map(
    ({ indexname }) => indexname,
  );

describe("mode plan", () => {
  test("stores findings and planned actions, and changes nothing else, however often it runs", async () => {
    await plantUnindexedKey(world, "planned");
    await world.sql.unsafe("create index planned_note on planned (note); create index planned_note2 on planned (note)");
    await world.sql.unsafe(
      "create table never_analyzed with (autovacuum_enabled = off) as select generate_series(1, 500) as n",
    );
    await eventually(async () => {
      const [row] =
        await world.sql`select n_live_tup as rows from pg_stat_user_tables where relname = 'never_analyzed'`;
      expect(Number(row?.rows)).toBe(500);
    });
    const before = [await world.catalogue(), await world.statistics()];
    const first = await world.optimize();
    const second = await world.optimize({ mode: "plan" });
    expect([await world.catalogue(), await world.statistics()]).toEqual(before);
    expect(second.actions).toEqual(first.actions);
    expect(first).toMatchObject({ mode: "plan", repaired: 0, left: 0, truncated: false });

    const found = (await world.findings()).filter(({ subject }) => /planned|never/.test(subject));
    expect(found.map(({ kind, subject, reason, open }) => [kind, subject, reason, open])).toEqual([
      ["duplicate-index", "index public.planned_note2", null, true],
      ["foreign-key-without-index", "foreign key public.planned.planned_parent_fk", null, true],
      ["stale-statistics", "table public.never_analyzed", null, true],
    ]);
    expect(found[2]?.evidence).toMatchObject({ neverAnalyzed: true, liveRows: 500, estimatedRows: null });
    for (const table of ["planned", "never_analyzed"]) {
      for (const action of await world.actions(table)) expect(action).toMatchObject({ state: "planned", begun: false });
    }
  });

  test("resolves what is not there any more, and forgets its plan", async () => {
    await plantUnindexedKey(world, "healed");
    await world.optimize({ kinds: [...kinds.key], tables: ["healed"] });
    await world.sql`create index on healed (parent_id)`;
    await world.optimize({ kinds: [...kinds.key], tables: ["healed"] });
    expect(await world.findings("healed")).toEqual([expect.objectContaining({ open: false })]);
    expect(await world.actions("healed")).toEqual([]);
  });
});

describe("mode apply", () => {
  test("builds the index of a foreign key, measures it, keeps it; undoing leaves the catalogue as it was", async () => {
    await plantUnindexedKey(world, "children");
    const before = await world.catalogue();
    const result = await world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["public.children"] });
    expect(result.actions).toEqual([expect.objectContaining({ state: "verified" })]);
    const [action] = await world.actions("children");
    const lookups = { before: action?.before.lookup, after: action?.after.lookup } as Record<string, { cost: number }>;
    expect(lookups.after).toMatchObject({ values: 3, valuesByIndex: 3 });
    expect(lookups.after?.cost).toBeLessThan((lookups.before?.cost ?? 0) / 2);
    const plan = await world.sql`explain select from children where parent_id = 5`;
    expect(JSON.stringify([...plan])).toContain("children_parent_id_fk_idx");
    const [size] = await world.sql`select pg_relation_size('children_parent_id_fk_idx')::int as bytes`;
    expect(action?.after.bytes).toBe(size?.bytes);
    expect(await world.findings("children")).toEqual([expect.objectContaining({ open: false })]);
    expect((await world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["children"] })).actions).toEqual([]);

    await world.undo(action?.id ?? "");
    expect(await world.catalogue()).toEqual(before);
    expect((await world.actions("children"))[0]).toMatchObject({ state: "undone" });
    const audit = (await world.audit()).filter(({ object }) => object === `action:${action?.id}`);
    expect(audit.map(({ actor, act, outcome }) => [actor, act, outcome])).toEqual([
      ["olga", "action.apply", "done"],
      ["olga", "action.undo", "done"],
    ]);
    // undone by a person: the finding is open again, and the same is not tried at once
    expect((await world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["children"] })).actions).toEqual([]);
    const open = (await world.findings("children")).filter((finding) => finding.open);
    expect(open).toEqual([expect.objectContaining({ reason: expect.stringContaining("was undone at") })]);
  });

  test("takes an index back that the planner does not use", async () => {
    // every row holds the same value: no index helps
    await world.sql.unsafe(`
      create table uniform_parent (id int primary key);
      insert into uniform_parent values (1);
      create table uniform (id int primary key, parent_id int references uniform_parent);
      insert into uniform select n, 1 from generate_series(1, 30000) n`);
    await world.sql.unsafe("vacuum (analyze) uniform, uniform_parent");
    const before = await world.catalogue();
    const result = await world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["uniform"] });
    expect(result.actions).toEqual([
      expect.objectContaining({ state: "undone", note: expect.stringMatching(/planner|cost|time/) }),
    ]);
    expect(await world.catalogue()).toEqual(before);
  });

  test("analyses a table whose estimate is wrong, and says by how much", async () => {
    await world.sql.unsafe("create table grown (n int) with (autovacuum_enabled = off)");
    await world.sql.unsafe("insert into grown select generate_series(1, 1000); select pg_stat_force_next_flush()");
    await world.sql.unsafe("analyze grown");
    await world.sql.unsafe("insert into grown select generate_series(1, 9000)");
    await eventually(async () => {
      const [row] =
        await world.sql`select n_mod_since_analyze as rows from pg_stat_user_tables where relname = 'grown'`;
      expect(Number(row?.rows)).toBe(9000);
    });
    await world.optimize({ mode: "apply", kinds: [...kinds.statistics], tables: ["grown"] });
    const [action] = await world.actions("grown");
    expect(action).toMatchObject({ state: "verified", sql: 'ANALYZE "public"."grown"' });
    expect(action?.before.statistics).toMatchObject({ estimatedRows: 1000, actualRows: 10_000, errorShare: 0.9 });
    expect(action?.after.statistics).toMatchObject({ estimatedRows: 10_000, errorShare: 0, modifiedRows: 0 });
    await expect(world.undo(action?.id ?? "")).rejects.toThrow("nothing of it to take back");
  });

  test("drops a duplicate, keeps what a constraint needs, and brings it back exactly", async () => {
    await world.sql.unsafe(`
      create table twins (a int, b text, constraint twins_a unique (a));
      create unique index twins_a_again on twins (a);
      create index twins_b on twins (lower(b) text_pattern_ops desc) include (a) with (fillfactor = 70) where a > 5;
      create index twins_b_again on twins (lower(b) text_pattern_ops desc) include (a) with (fillfactor = 70) where a > 5`);
    const before = await world.catalogue();
    const result = await world.optimize({ mode: "apply", kinds: [...kinds.duplicate], tables: ["twins"] });
    expect(result.actions.map(({ state }) => state)).toEqual(["verified", "verified"]);
    expect(await indexesOf("twins")).toEqual(["twins_a", "twins_b"]);
    for (const { id, after } of await world.actions("twins")) {
      expect(after.bytesFreed).toBeGreaterThan(0);
      await world.undo(id);
    }
    expect(await world.catalogue()).toEqual(before);
  });

  test("fails without waiting long when somebody holds the table, and holds up nobody meanwhile", async () => {
    await plantUnindexedKey(world, "locked");
    const other = connectDatabase({ url: world.url, connectionsMax: 1, applicationName: "migration" });
    const before = await world.catalogue();
    try {
      await other.sql.begin(async (held) => {
        await held`lock table locked in share update exclusive mode`;
        const running = world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["locked"] });
        await eventually(async () => {
          const waiting = await world.sql`select from pg_locks where relation = 'locked'::regclass and not granted`;
          expect(waiting).toHaveLength(1);
        });
        await world.sql`set statement_timeout = 500`;
        await world.sql`insert into locked values (-1, 1)`;
        await world.sql`select count(*) from locked`;
        const result = await running;
        expect(result.actions).toEqual([expect.objectContaining({ state: "failed" })]);
      });
    } finally {
      await other.close();
    }
    const [action] = await world.actions("locked");
    expect(action?.error).toMatch(/lock timeout.*migration.*ShareUpdateExclusiveLock/);
    expect(await world.catalogue()).toEqual(before);
    // the next run finds the way free, with an action of its own
    await world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["locked"] });
    expect((await world.actions("locked")).map(({ state }) => state)).toEqual(["failed", "verified"]);
  });

  test("one at a time: a second one is turned away while the first builds, and both come to their end", async () => {
    await plantUnindexedKey(world, "first");
    await plantUnindexedKey(world, "second");
    await holdingOldTransaction("first", async (release) => {
      const first = world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["first"] });
      await buildStarted("first");
      const second = world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["second"] });
      await expect(second).rejects.toThrow("another optimisation of this database is under way");
      // planning only looks
      await expect(world.optimize({ tables: ["second"] })).resolves.toMatchObject({ mode: "plan" });
      await release();
      expect((await first).actions).toEqual([expect.objectContaining({ state: "verified" })]);
    });
    const again = await world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["second"] });
    expect(again.actions).toEqual([expect.objectContaining({ state: "verified" })]);
  });

  test("respects its limits and says what it left", async () => {
    await plantUnindexedKey(world, "limited_a");
    await plantUnindexedKey(world, "limited_b");
    const tables = ["limited_a", "limited_b"];
    const small: OptimizeRequest = { mode: "apply", kinds: [...kinds.key], tables, limits: { tableBytesMax: 1_000 } };
    expect((await world.optimize(small)).actions).toEqual([]);
    const one = await world.optimize({ mode: "apply", kinds: [...kinds.key], tables, limits: { actionsMax: 1 } });
    expect(one).toMatchObject({ actions: [{ state: "verified" }], left: 1 });
    expect((await world.actions("limited_b")).map(({ state }) => state)).toEqual(["planned"]);
  });
});

describe("an index build that is cut off", () => {
  test("by a cancelled run leaves no invalid index, and the action planned", async () => {
    await plantUnindexedKey(world, "cancelled");
    const before = await world.catalogue();
    await holdingOldTransaction("cancelled", async (release) => {
      const abort = new AbortController();
      const request: OptimizeRequest = { mode: "apply", kinds: [...kinds.key], tables: ["cancelled"] };
      const running = world.optimize(request, { signal: abort.signal });
      await buildStarted("cancelled");
      abort.abort(new Error("cancelled on request"));
      await eventually(async () => {
        const building =
          await world.sql`select from pg_stat_activity where query like 'CREATE INDEX%' and state = 'active'`;
        expect(building).toHaveLength(0);
      });
      await release();
      await expect(running).rejects.toThrow();
    });
    expect(await world.catalogue()).toEqual(before);
    expect(await world.actions("cancelled")).toEqual([expect.objectContaining({ state: "planned", begun: false })]);
  });

  test("by a killed backend is repaired by the next run, under the same action", async () => {
    await plantUnindexedKey(world, "killed");
    await holdingOldTransaction("killed", async (release) => {
      const running = world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["killed"] });
      await buildStarted("killed");
      await world.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'CREATE INDEX CONCURRENTLY%' and pid <> pg_backend_pid()`;
      await expect(running).rejects.toThrow();
      await release();
    });
    const [left] = await world.sql`
      select indisvalid as valid from pg_index where indexrelid = 'killed_parent_id_fk_idx'::regclass`;
    expect(left).toEqual({ valid: false });
    const [begun] = await world.actions("killed");
    expect(begun).toMatchObject({ state: "planned", begun: true });

    const result = await world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["killed"] });
    expect(result).toMatchObject({ repaired: 1, actions: [{ id: begun?.id, state: "verified" }] });
    expect(await indexesOf("killed")).toEqual(["killed_parent_id_fk_idx", "killed_pkey"]);
    expect(await world.actions("killed")).toHaveLength(1);
  });

  test("after its effect is not built twice: the next run completes it", async () => {
    await plantUnindexedKey(world, "completed");
    await world.optimize({ kinds: [...kinds.key], tables: ["completed"] });
    const [planned] = await world.actions("completed");
    // what a worker leaves that dies right after the statement
    await world.sql`update actions set begun_at = now(), before = '{}' where id = ${planned?.id ?? ""}`;
    await world.sql.unsafe(planned?.sql ?? "");
    const [built] = await world.sql`select 'completed_parent_id_fk_idx'::regclass::oid::int as oid`;
    const result = await world.optimize({ mode: "apply", kinds: [...kinds.key], tables: ["completed"] });
    expect(result).toMatchObject({ repaired: 1, actions: [] });
    expect((await world.actions("completed")).map(({ id, state }) => [id, state])).toEqual([[planned?.id, "applied"]]);
    const [now] = await world.sql`select 'completed_parent_id_fk_idx'::regclass::oid::int as oid`;
    expect(now).toEqual(built);
  });

  test("on a table that is gone by now keeps nothing else from being done", async () => {
    await world.sql.unsafe(
      "create table dropped with (autovacuum_enabled = off) as select generate_series(1, 500) as n",
    );
    await eventually(async () => {
      await world.optimize({ kinds: [...kinds.statistics], tables: ["dropped"] });
      expect(await world.actions("dropped")).toHaveLength(1);
    });
    // what a worker leaves that dies between the statement and its verdict
    await world.sql`
      update actions set state = 'applied', begun_at = now(), applied_at = now(), before = '{}' where table_name = 'dropped'`;
    await world.sql.unsafe(
      "drop table dropped; create table spare (a int); create index s1 on spare (a); create index s2 on spare (a)",
    );
    const result = await world.optimize({ mode: "apply", kinds: [...kinds.duplicate], tables: ["spare"] });
    expect(result).toMatchObject({ repaired: 0, actions: [{ state: "verified" }] });
    expect(await indexesOf("spare")).toEqual(["s1"]);
  });

  test("on a table with whatever name stays one statement", async () => {
    const name = `odd $probe$; "drop" 'it' \\`;
    const quoted = `"${name.replaceAll('"', '""')}"`;
    await world.sql.unsafe(
      `create table ${quoted} (a int); create index o1 on ${quoted} (a); create index o2 on ${quoted} (a)`,
    );
    const result = await world.optimize({ mode: "apply", kinds: [...kinds.duplicate], tables: [name] });
    expect(result.actions).toEqual([expect.objectContaining({ state: "verified" })]);
    expect(await indexesOf(name)).toEqual(["o1"]);
  });

  test("of somebody else is found and dropped", async () => {
    await world.sql.unsafe("create table doubled (a int); insert into doubled values (1), (1)");
    await expect(world.sql.unsafe("create unique index concurrently doubled_a on doubled (a)")).rejects.toThrow();
    const result = await world.optimize({ mode: "apply", kinds: [...kinds.invalid], tables: ["doubled"] });
    expect(result.actions).toEqual([expect.objectContaining({ state: "verified" })]);
    expect(await indexesOf("doubled")).toEqual([]);
  });
});

/** Runs `work` while a transaction holds back concurrent builds on the table; `release` ends it. */
async function holdingOldTransaction(
  table: string,
  work: (release: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const other = connectDatabase({ url: world.url, connectionsMax: 1, applicationName: "writer" });
  try {
    const held = await other.sql.reserve();
    await held`begin`;
    await held`insert into ${held(table)} (id) values (-99)`;
    await work(async () => void (await held`rollback`));
    held.release();
  } finally {
    await other.close(0);
  }
}

async function buildStarted(table: string): Promise<void> {
  await eventually(async () => {
    const building = await world.sql`
      select from pg_stat_progress_create_index where relid = ${table}::regclass and index_relid <> 0`;
    expect(building).toHaveLength(1);
  });
}
