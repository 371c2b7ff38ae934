import { ProblemError } from "@deskpulse/domain/errors";

export interface GroupOptions<In, Out> {
  /** Does the work for all items at once; answers in their order. */
  readonly run: (items: readonly In[]) => Promise<readonly Out[]>;
  readonly groupMax: number;
  /** Groups under way at once. What comes meanwhile forms the next group: no timer, so a single call waits for nothing. */
  readonly groupsInFlightMax: number;
  /** A group joins others under way only when it is at least this large: a few large groups cost less than many small. */
  readonly alongsideMin: number;
  /** Calls that may wait for a group; beyond it a call is refused at once. */
  readonly waitingMax: number;
}

interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one call out of many concurrent ones. A group that fails is retried item by item, so that one bad item fails
 * alone. Rejects with ProblemError (unavailable) when too many calls wait.
 */
export function groupCalls<In, Out>(options: GroupOptions<In, Out>): (item: In) => Promise<Out> {
  const { run, groupMax, groupsInFlightMax, alongsideMin, waitingMax } = options;
  let waiting: Waiting<In, Out>[] = [];
  let inFlight = 0;
  let scheduled = false;

  function schedule(): void {
    if (scheduled || waiting.length === 0) return;
    if (inFlight > 0 && (inFlight >= groupsInFlightMax || waiting.length < alongsideMin)) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      const group = waiting.slice(0, groupMax);
      waiting = waiting.slice(groupMax);
      inFlight++;
      void settle(group).finally(() => {
        inFlight--;
        schedule();
      });
      schedule();
    });
  }

  async function settle(group: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const answers = await run(group.map(({ item }) => item));
      group.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer === undefined) reject(new Error("a grouped call was not answered"));
        else resolve(answer);
      });
    } catch (error) {
      const [only] = group;
      if (group.length === 1) only?.reject(error);
      else for (const member of group) await settle([member]);
    }
  }

  return (item) =>
    new Promise<Out>((resolve, reject) => {
      if (waiting.length >= waitingMax) {
        reject(
          new ProblemError("unavailable", "too much is waiting to be stored; try again", { retryAfterSeconds: 1 }),
        );
        return;
      }
      waiting.push({ item, resolve, reject });
      schedule();
    });
}
