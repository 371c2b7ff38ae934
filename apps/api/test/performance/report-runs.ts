import { expect } from "@jest/globals";
import type { ApiFixture } from "../api-fixture.ts";
import { runOf } from "../run-of.ts";

export const reportPath = "/api/analytics/conversations";

/** As long as a real one, with keys in an order that is not that of Postgres. */
export const storedResult = (mark: string) => ({
  totals: { b: 1.5, a: null, conversationsCreated: 12 },
  meta: { report: mark, from: "2026-01-01T00:00:00+05:45", watermark: null },
  series: Array.from({ length: 200 }, (_, at) => ({ start: `day ${at}`, zz: at / 7, a: "ü€" })),
});

/** A completed run of the request, as a worker would have left it in Postgres, and nothing in the cache. */
export async function storeReport(api: ApiFixture, query: string, mark: string, agoSeconds = 5): Promise<string> {
  const who = "supervisor";
  const waiting = await api.send("GET", `${reportPath}?${query}`, who, { headers: { prefer: "respond-async" } });
  const { id } = await runOf(waiting, 202);
  const { count } = await api.database.sql`
    update job_runs set state = 'completed', finished_at = now() - ${agoSeconds}::int * interval '1 second',
      result = ${JSON.stringify(storedResult(mark))}::jsonb where id = ${id}`;
  expect(count).toBe(1);
  return id;
}

/** What the API's own counters say of looks into the cache. */
export async function looks(api: ApiFixture): Promise<Record<"hits" | "misses" | "errors", number>> {
  const text = await (await api.send("GET", "/metrics", null)).text();
  const of = (outcome: string): number =>
    Number(new RegExp(`deskpulse_cache_requests_total\\{.*outcome="${outcome}".*\\} (\\d+)`).exec(text)?.[1] ?? 0);
  return { hits: of("hits"), misses: of("misses"), errors: of("errors") };
}
