import { setTimeout as sleep } from "node:timers/promises";
import type { AcceptedRun } from "./ledger.ts";
import type { PlannedRequest } from "./plan.ts";

export interface AskerOptions {
  readonly url: string;
  /** A bearer token per tenant. */
  readonly tokens: readonly string[];
  /** Gives up asking. */
  readonly signal: AbortSignal;
}

/** Asks for runs as a caller does who does not give up: again until it is answered 202. */
export class Asker {
  readonly #options: AskerOptions;
  readonly accepted: AcceptedRun[] = [];
  /** Requests that got no answer: whether they were accepted only Postgres knows. */
  unanswered = 0;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  /** Resolves when the run is accepted. Without a key a repeat is another run, and says so by its token. */
  async ask(request: PlannedRequest): Promise<AcceptedRun> {
    const { signal } = this.#options;
    for (let repeat = 0; ; repeat++) {
      signal.throwIfAborted();
      const token = request.keyed || repeat === 0 ? request.token : `${request.token}-again-${repeat}`;
      const id = await this.#send(request, token);
      if (id !== undefined) {
        const run = { id, token, job: request.job };
        this.accepted.push(run);
        return run;
      }
      await sleep(100, undefined, { signal });
    }
  }

  /** The id of the accepted run, or undefined when no answer came. Throws on an answer that asking again cannot mend. */
  async #send({ job, tenant, workMs, failures, keyed }: PlannedRequest, token: string): Promise<string | undefined> {
    const { url, tokens, signal } = this.#options;
    let response: { status: number; text: string };
    try {
      const answer = await fetch(`${url}/api/jobs`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${tokens[tenant] ?? ""}`,
          "content-type": "application/json",
          ...(keyed ? { "idempotency-key": token } : {}),
        },
        body: JSON.stringify({ job, input: { token, workMs, failures } }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(8_000)]),
      });
      response = { status: answer.status, text: await answer.text() };
    } catch {
      this.unanswered++;
      return undefined;
    }
    if (response.status === 503 || response.status === 429) return undefined;
    if (response.status !== 202 && response.status !== 200)
      throw new Error(`POST /api/jobs was answered ${response.status}: ${response.text.slice(0, 500)}`);
    return (JSON.parse(response.text) as { id: string }).id;
  }
}
