import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { bucketStarts, formatInZone, groupings } from "@deskpulse/domain/time/buckets";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 1, applicationName: "test" });
});

afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

/** Zones with whole, half and quarter hours, with clock changes at midnight, by half an hour, and over the date line. */
const zones = [
  "UTC",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "America/New_York",
  "America/Sao_Paulo",
  "America/Havana",
  "Australia/Lord_Howe",
  "Australia/Adelaide",
  "Africa/Casablanca",
  "Europe/Dublin",
  "Pacific/Chatham",
  "Pacific/Apia",
  "Asia/Tehran",
];

const minute = 60_000;

/** The same numbers for the same seed, so that a failure can be seen again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const spanDays = { hour: 4, day: 40, week: 200, month: 800, quarter: 900, year: 1_500 };

/** Instants that Postgres puts into one local bucket, in order, by Postgres itself. */
async function partsByPostgres(fromMs: number, toMs: number, stepMs: number, groupBy: string, timezone: string) {
  const rows = await database.sql<{ first: Date }[]>`
    select min(at) as first from generate_series(${new Date(fromMs)}::timestamptz,
      ${new Date(toMs - 1)}::timestamptz, ${stepMs}::float8 * interval '1 millisecond') at
    group by date_trunc(${groupBy}, at, ${timezone}) order by 1`;
  return rows.map(({ first }) => first.getTime());
}

describe.each(zones)("%s is cut as Postgres cuts it", (timezone) => {
  test.each(groupings)("by %s", async (groupBy) => {
    const random = randomFrom(timezone.length * 7 + groupBy.length);
    for (let round = 0; round < (spanDays[groupBy] > 100 ? 4 : 12); round++) {
      const startMs = Date.UTC(2009, 0, 1) + Math.floor(random() * 14 * 365 * 96) * 15 * minute;
      const toMs = startMs + Math.ceil(random() * spanDays[groupBy] * 96) * 15 * minute;
      const starts = bucketStarts({ fromMs: startMs, toMs }, groupBy, timezone, 10_000);
      const range = `${formatInZone(startMs, timezone)} to ${formatInZone(toMs, timezone)}`;
      const parts = await partsByPostgres(startMs, toMs, 15 * minute, groupBy, timezone);
      // the first bucket may begin before the range
      expect({ range, starts: [startMs, ...starts.slice(1)] }).toEqual({ range, starts: parts });
      expect(starts[0]).toBeLessThanOrEqual(startMs);
    }
  });
});

/** [zone, a day around a clock change]. */
const changes: [string, string][] = [
  ["America/New_York", "2016-03-13"],
  ["America/New_York", "2016-11-06"],
  ["Australia/Lord_Howe", "2016-04-03"],
  ["Australia/Lord_Howe", "2016-10-02"],
  ["America/Sao_Paulo", "2016-02-21"],
  ["America/Sao_Paulo", "2016-10-16"],
  ["America/Havana", "2016-11-06"],
  ["Asia/Kathmandu", "1986-01-01"],
  ["Pacific/Apia", "2011-12-30"],
  ["Europe/London", "2016-10-30"],
];

describe("around a clock change", () => {
  test.each(changes)("%s on %s: hours and days are those of Postgres, minute by minute", async (timezone, day) => {
    const startMs = Date.parse(`${day}T00:00:00Z`) - 36 * 3_600_000;
    const toMs = startMs + 84 * 3_600_000;
    for (const groupBy of ["hour", "day"] as const) {
      const starts = bucketStarts({ fromMs: startMs, toMs }, groupBy, timezone);
      const parts = await partsByPostgres(startMs, toMs, minute, groupBy, timezone);
      expect([startMs, ...starts.slice(1)]).toEqual(parts);
      // wherever the range begins, its first bucket begins where that bucket does
      for (let at = startMs + 30 * minute; at < toMs; at += 45 * minute) {
        const [first] = bucketStarts({ fromMs: at, toMs: at + 1 }, groupBy, timezone);
        expect(first).toBe(starts.findLast((start) => start <= at));
      }
    }
  });

  test("every bucket has a name of its own, also where Postgres gives two the same", () => {
    const range = { fromMs: Date.UTC(2016, 3, 1), toMs: Date.UTC(2016, 3, 5) };
    for (const timezone of zones) {
      const names = bucketStarts(range, "hour", timezone).map((at) => formatInZone(at, timezone));
      expect(new Set(names).size).toBe(names.length);
    }
    // the clock goes back within the hour, and date_trunc calls 03:00+13:45 and 02:00+12:45 the same instant
    const chatham = { fromMs: Date.parse("2016-04-02T13:15Z"), toMs: Date.parse("2016-04-02T14:30Z") };
    expect(bucketStarts(chatham, "hour", "Pacific/Chatham").map((at) => formatInZone(at, "Pacific/Chatham"))).toEqual([
      "2016-04-03T03:00:00+13:45",
      "2016-04-03T02:45:00+12:45",
      "2016-04-03T03:00:00+12:45",
    ]);
  });
});
