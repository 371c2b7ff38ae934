/**
 * How long a silent worker keeps its runs, and how BullMQ notices it. A killed worker's run starts again after at most
 * lockMs + two stall checks = 3 x 4 s = 12 s (12 < 15, the promise); a heartbeat every second misses three before it counts.
 */
export const lockMs = 4_000;
export const stalledIntervalMs = 4_000;
export const heartbeatMs = 1_000;
