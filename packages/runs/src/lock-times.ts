/**
 * How long a silent worker keeps its runs, and how BullMQ notices it. BullMQ moves a run on at the second stall check
 * that finds it without a lock; the check is one worker's at a time, and when that one dies, an interval may last twice
 * as long: 4 s + 2 x 2 x 2 s = 12 s (the promise is 15 s). A heartbeat every second misses three before it counts.
 */
export const lockMs = 4_000;
export const stalledIntervalMs = 2_000;
export const heartbeatMs = 1_000;
