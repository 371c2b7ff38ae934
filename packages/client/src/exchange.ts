import { readProblem } from "./deskpulse-error.ts";
import { NoAnswerError } from "./no-answer-error.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where the answer has none. */
  readonly body: unknown;
}

/**
 * One request and its whole answer within `timeoutMs`. Throws DeskpulseError for a problem, NoAnswerError when no
 * answer of the API came, and the signal's own reason when it fires.
 */
export async function exchange(fetch: typeof globalThis.fetch, request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers, body, timeoutMs, signal } = request;
  signal?.throwIfAborted();
  const ending = new AbortController();
  const onAbort = (): void => ending.abort();
  signal?.addEventListener("abort", onAbort, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    ending.abort();
  }, timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { method, headers, signal: ending.signal, ...(body === undefined ? {} : { body }) });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    if (timedOut) throw new NoAnswerError("timed-out", url, `no answer within ${timeoutMs} ms`);
    throw new NoAnswerError("network", url, "the API cannot be reached", error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
  const answer = { status: response.status, headers: response.headers, body: parsed(text, url, response.status) };
  if (response.ok) return answer;
  throw readProblem(answer.status, answer.headers, answer.body) ?? unreadable(url, answer.status);
}

function parsed(text: string, url: string, status: number): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(url, status, error);
  }
}

const unreadable = (url: string, status: number, cause?: unknown): NoAnswerError =>
  new NoAnswerError("unreadable", url, `answered ${status}, but not as the API does`, cause);
