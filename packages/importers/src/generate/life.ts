import type { ConversationEvent } from "@deskpulse/domain/ingest/event";

type Body<E> = E extends ConversationEvent ? Omit<E, "id" | "at" | "conversation"> : never;

/** The events of one conversation in the making, in the order of their time, none at or after `until`. */
export class Life {
  readonly events: ConversationEvent[] = [];
  readonly #conversation: string;
  readonly #until: number;
  #serial = 0;

  constructor(conversation: string, until: number) {
    this.#conversation = conversation;
    this.#until = until;
  }

  /** Notes a fact; one that lies in the future has not happened. Each has the same id whatever `until` is. */
  add(at: number, body: Body<ConversationEvent>): void {
    this.#serial += 1;
    this.#keep(at, String(this.#serial), body);
  }

  /** The same under a name of its own, so that the numbers of what follows do not depend on it. */
  addNamed(at: number, name: string, body: Body<ConversationEvent>): void {
    this.#keep(at, name, body);
  }

  #keep(at: number, name: string, body: Body<ConversationEvent>): void {
    if (at >= this.#until) return;
    const id = `${this.#conversation}/${name}`;
    // each body is one event's, without what is added here
    this.events.push({
      id,
      at: new Date(at).toISOString(),
      conversation: this.#conversation,
      ...body,
    } as ConversationEvent);
  }
}
