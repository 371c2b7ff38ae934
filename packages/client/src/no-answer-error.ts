/** No answer of the API came: the network failed, the time was up, or somebody else answered. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly reason: "network" | "timed-out" | "unreadable";
  readonly url: string;

  constructor(reason: NoAnswerError["reason"], url: string, detail: string, cause?: unknown) {
    super(`${url}: ${detail}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.url = url;
  }
}
