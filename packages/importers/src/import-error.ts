/** What the exit code of an import says; 0 is a finished import, whether or not single rows were refused. */
export const exitCodes = { failed: 1, wrongCall: 2, unreadableFile: 3 } as const;

/** An import that cannot go on; the message is for the person who started it. */
export class ImportError extends Error {
  override readonly name = "ImportError";
  readonly exitCode: number;

  constructor(kind: keyof typeof exitCodes, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.exitCode = exitCodes[kind];
  }
}
