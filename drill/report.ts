import type { Findings } from "./drill.ts";

const restartPromiseMs = 15_000;
const shownMax = 20;

/** Prints what the drill found; true when every promise was kept and every fault hit something. */
export function report(findings: Findings): boolean {
  const { plan, verdict, damage, deaths } = findings;
  const delays = [...findings.restartDelaysMs].sort((a, b) => a - b);
  const slowest = delays.at(-1) ?? 0;
  const median = delays[Math.floor(delays.length / 2)] ?? 0;
  const starts = [...verdict.startsHistogram].map(([count, runs]) => `${count}: ${runs}`).join("   ");
  const lost = damage.losses.reduce((sum, { runIds }) => sum + runIds.length, 0);
  const lines: readonly (readonly [string, string])[] = [
    ["accepted", `${findings.accepted} (${findings.unanswered} requests got no answer and were sent again)`],
    ["lost", String(verdict.lost.length)],
    ["effects doubled", String(verdict.doubled.length)],
    ["stuck", String(verdict.stuck.length)],
    ["time to settle", `${seconds(findings.settledAfterMs)} after the last request and the last fault`],
    ["starts: runs", starts],
    [
      "restart after kill",
      `${delays.length} of ${lost} runs that lost their worker; median ${seconds(median)}, slowest ${seconds(slowest)}` +
        ` (promise: ${seconds(restartPromiseMs)}, without the time that Redis was away)`,
    ],
    ["workers killed", String(damage.workerKills)],
    ["taken from frozen", String(damage.takenFromFrozen)],
    ["API killed", `${damage.apiKills}, with ${damage.neverHandedOver} accepted runs not handed over`],
    ["Redis", `${damage.redisRestarts} restarted, ${damage.redisEmptied} emptied`],
  ];
  for (const [name, value] of lines) console.log(`${name.padEnd(20)}${value}`);
  const failures = [
    ...shown("lost", verdict.lost),
    ...shown("doubled", verdict.doubled),
    ...shown("stuck", verdict.stuck),
    ...shown("ended by itself", deaths),
    ...(slowest > restartPromiseMs ? [`a run waited ${seconds(slowest)} for its next start`] : []),
    ...unhit(findings),
  ];
  for (const failure of failures) console.error(failure);
  const kills = plan.faults.filter(({ kind }) => kind === "kill-worker").length;
  console.log(failures.length === 0 ? `The drill is passed: ${kills} kills, nothing lost.` : "The drill has FAILED.");
  return failures.length === 0;
}

/** Faults that hit nothing have shown nothing. */
function unhit({ plan, damage, accepted }: Findings): string[] {
  const planned = (name: string): number => plan.faults.filter(({ kind }) => kind === name).length;
  const asked =
    plan.requests.length +
    plan.faults.reduce((sum, fault) => sum + (fault.kind === "kill-api" ? fault.requests.length : 0), 0);
  return [
    ...(accepted < asked ? [`only ${accepted} of ${asked} runs were accepted`] : []),
    ...(damage.workerKills < planned("kill-worker") ? ["fewer workers were killed than planned"] : []),
    ...(damage.losses.every(({ runIds }) => runIds.length === 0) ? ["no worker held a run when it was killed"] : []),
    ...(damage.takenFromFrozen === 0 ? ["no run was taken from the frozen worker"] : []),
    ...(damage.neverHandedOver === 0 ? ["every run was handed over before its API died"] : []),
    ...(damage.redisRestarts < planned("restart-redis") ? ["Redis was not restarted"] : []),
    ...(damage.redisEmptied < planned("empty-redis") ? ["Redis was not emptied"] : []),
  ];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const shown = (name: string, items: readonly string[]): string[] => [
  ...items.slice(0, shownMax).map((item) => `${name}: ${item}`),
  ...(items.length > shownMax ? [`${name}: and ${items.length - shownMax} more`] : []),
];
