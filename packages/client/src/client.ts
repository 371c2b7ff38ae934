export type { DeskpulseClient } from "./create-client.ts";
export { type ClientOptions, createClient } from "./create-client.ts";
export { DeskpulseError } from "./deskpulse-error.ts";
export { NoAnswerError } from "./no-answer-error.ts";
export { RunCancelledError, RunFailedError, RunTimedOutError } from "./run-errors.ts";
export type { RunOptions } from "./run-job.ts";
export type { Tokens } from "./session.ts";
