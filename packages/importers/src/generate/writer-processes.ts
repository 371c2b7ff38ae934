import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { CopiedCounts } from "@deskpulse/db/ingest/copy-conversations";
import type { Chunk } from "./chunk-writer.ts";
import type { WriteChunk } from "./generate.ts";
import type { GenerateRequest } from "./generate-request.ts";

/** What a writer process answers to each chunk. */
export type ChunkAnswer = { readonly counts: CopiedCounts | null } | { readonly error: string };

/** Processes that generate and write chunks, so that every core takes part. */
export interface WriterProcesses {
  readonly writers: readonly WriteChunk[];
  /** Ends them; what they have in hand rolls back. */
  stop(): void;
}

/** Starts `count` writer processes of `program` for a request. They inherit the environment. */
export function startWriterProcesses(program: URL, request: GenerateRequest, count: number): WriterProcesses {
  const children = Array.from({ length: count }, () => fork(program, [JSON.stringify(request)]));
  return {
    writers: children.map((child) => (chunk) => ask(child, chunk)),
    stop: () => {
      for (const child of children) child.kill("SIGTERM");
    },
  };
}

async function ask(child: ChildProcess, chunk: Chunk): Promise<CopiedCounts | null> {
  const ended = new AbortController();
  const exit = once(child, "exit", { signal: ended.signal }).then(([code, signal]) => {
    throw new Error(`a writer process ended (${signal ?? `exit code ${code}`})`);
  });
  // an exit that nobody waits for any more says nothing
  exit.catch(() => undefined);
  try {
    const answered = once(child, "message", { signal: ended.signal });
    child.send(chunk);
    // the only messages that it sends
    const [answer] = (await Promise.race([answered, exit])) as [ChunkAnswer];
    if ("error" in answer) throw new Error(answer.error);
    return answer.counts;
  } finally {
    ended.abort();
  }
}
