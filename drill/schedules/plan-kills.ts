import { Random } from "../random.ts";

/** A schedule under drill; `isSlot` says by itself, from whole seconds alone, when it is due. */
export interface DrilledSchedule {
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly overlap: "skip" | "queue" | "cancel";
  readonly isSlot: (second: number) => boolean;
}

export interface Kill {
  readonly atMs: number;
  readonly worker: number;
  readonly restartAfterMs: number;
}

export interface SchedulesPlan {
  readonly workers: number;
  readonly windowMs: number;
  readonly schedules: readonly DrilledSchedule[];
  /** In order of time. */
  readonly kills: readonly Kill[];
}

export const fullSize = { workers: 6, windowMs: 60_000, kills: 10 };
export const smokeSize = { workers: 3, windowMs: 5_000, kills: 2 };

const secondOf = (second: number): number => second % 60;

const times: readonly Omit<DrilledSchedule, "name">[] = [
  { cron: "* * * * * *", timezone: "UTC", overlap: "queue", isSlot: () => true },
  { cron: "* * * * * *", timezone: "Europe/Berlin", overlap: "skip", isSlot: () => true },
  { cron: "*/2 * * * * *", timezone: "America/New_York", overlap: "cancel", isSlot: (at) => at % 2 === 0 },
  { cron: "*/5 * * * * *", timezone: "Asia/Kathmandu", overlap: "queue", isSlot: (at) => at % 5 === 0 },
  {
    cron: "1,4,9,16,25,36,49 * * * * *",
    timezone: "Australia/Lord_Howe",
    overlap: "queue",
    isSlot: (at) => [1, 4, 9, 16, 25, 36, 49].includes(secondOf(at)),
  },
  {
    cron: "10-40/3 * * * * *",
    timezone: "UTC",
    overlap: "skip",
    isSlot: (at) => secondOf(at) >= 10 && secondOf(at) <= 40 && secondOf(at) % 3 === 1,
  },
];
const schedules = times.map((schedule, index) => ({ ...schedule, name: `drilled-${index + 1}` }));

/** Which worker is killed when: nothing but seed and size decide it. */
export function planKills(seed: number, size: typeof fullSize): SchedulesPlan {
  const random = new Random(seed);
  const kills = Array.from({ length: size.kills }, () => ({
    atMs: random.between(500, size.windowMs - 500),
    worker: random.between(0, size.workers - 1),
    restartAfterMs: random.between(100, 1_500),
  })).sort((a, b) => a.atMs - b.atMs);
  return { workers: size.workers, windowMs: size.windowMs, schedules, kills };
}
