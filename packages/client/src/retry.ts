import { DeskpulseError } from "./deskpulse-error.ts";
import { NoAnswerError } from "./no-answer-error.ts";

const retriesMax = 3;
const firstPauseMs = 200;
/** A longer Retry-After is the caller's to wait for. */
const retryAfterMaxSeconds = 30;

/** Repeats what is harmless to repeat: at most three times, after the pause that was asked for or a growing one. */
export async function retrying<T>(signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = retry < retriesMax ? pauseMs(error, retry) : null;
      if (waitMs === null) throw error;
      await pause(waitMs, signal);
    }
  }
}

/** Null: another try would end the same way. A fifth of jitter keeps callers from coming back together. */
function pauseMs(error: unknown, retry: number): number | null {
  const jitter = 1 + Math.random() / 5;
  if (error instanceof NoAnswerError) return error.reason === "network" ? firstPauseMs * 2 ** retry * jitter : null;
  if (!(error instanceof DeskpulseError) || (error.status !== 429 && error.status !== 503)) return null;
  const { retryAfterSeconds: seconds } = error;
  return seconds === undefined || seconds > retryAfterMaxSeconds ? null : seconds * 1_000 * jitter;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
