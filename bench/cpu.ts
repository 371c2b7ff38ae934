import { readdirSync, readFileSync } from "node:fs";

/** /proc counts CPU time in ticks of 10 ms on every Linux. */
const tickMicros = 10_000;

interface ProcessStat {
  readonly parent: number;
  /** Its own user and system time, and that of children it has waited for. */
  readonly micros: number;
}

function statOf(pid: number): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the name stands in brackets and may hold anything; what follows is numbers
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return { parent: Number(fields[1]), micros: ticks * tickMicros };
  } catch {
    return null;
  }
}

/** CPU time of a process and everything below it, in microseconds. 0 for one that is not on this machine. */
export function cpuMicros(pid: number | null): number {
  if (pid === null) return 0;
  const own = statOf(pid)?.micros ?? 0;
  let below = 0;
  for (const name of readdirSync("/proc")) {
    const child = Number(name);
    if (Number.isInteger(child) && statOf(child)?.parent === pid) below += cpuMicros(child);
  }
  return own + below;
}

/** A clock over several processes: answers what each has used since the clock was started. */
export function startCpuClock<Name extends string>(pids: Record<Name, number | null>): () => Record<Name, number> {
  const read = (): [Name, number][] =>
    Object.entries<number | null>(pids).map(([name, pid]) => [name as Name, cpuMicros(pid)]);
  const before = new Map(read());
  return () =>
    Object.fromEntries(read().map(([name, now]) => [name, now - (before.get(name) ?? 0)])) as Record<Name, number>;
}
