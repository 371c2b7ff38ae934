/** Classes of waiting time: each reaches from the bound before it up to, not including, its own; the last has none. */
export const responseClasses = [
  { name: "under 5 min", belowMs: 5 * 60_000 },
  { name: "5 to 15 min", belowMs: 15 * 60_000 },
  { name: "15 min to 1 h", belowMs: 3_600_000 },
  { name: "1 to 4 h", belowMs: 4 * 3_600_000 },
  { name: "4 to 8 h", belowMs: 8 * 3_600_000 },
  { name: "8 to 24 h", belowMs: 24 * 3_600_000 },
  { name: "24 h and more", belowMs: null },
] as const satisfies readonly { readonly name: string; readonly belowMs: number | null }[];

/** The bounds between the classes, milliseconds ascending. */
export const responseBoundsMs: readonly number[] = responseClasses.flatMap(({ belowMs }) => belowMs ?? []);
