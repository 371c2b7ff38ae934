import { createRequire } from "node:module";
import { dirname } from "node:path";
import { createBullBoard } from "@bull-board/api";
import { ExpressAdapter } from "@bull-board/express";
import type { Queue } from "bullmq";
import type { RequestHandler } from "express";
import { BoardQueue } from "./board-queue.ts";
import { boardPath, overviewPath, signInPath } from "./desk-paths.ts";
import type { KnownDepths } from "./known-depths.ts";

const uiBasePath = dirname(createRequire(import.meta.url).resolve("@bull-board/ui/package.json"));

/**
 * Bull Board over these queues, for reading. Operators who may change nothing get it without the buttons.
 * It changes nothing itself: `boardChanges` stands before it, and its own hook refuses what would come through.
 */
export function createBoard(
  queues: readonly Queue[],
  depths: KnownDepths,
  { readOnly }: { readonly readOnly: boolean },
): RequestHandler {
  const serverAdapter = new ExpressAdapter().setBasePath(boardPath);
  createBullBoard({
    queues: queues.map((queue) => new BoardQueue(queue, depths, { readOnly })),
    serverAdapter,
    options: {
      uiBasePath,
      uiConfig: {
        boardTitle: "Deskpulse",
        ...(readOnly ? { environment: { label: "read-only", color: "#8a5a00", textColor: "#fff" } } : {}),
        miscLinks: [
          { text: "Workers and queues", url: overviewPath },
          { text: "Account and sign-out", url: signInPath },
        ],
        hideDocsLink: true,
      },
      handlerHooks: {
        before: ({ method }) => (method === "get" ? undefined : { allow: false, status: 403 }),
      },
    },
  });
  const board: RequestHandler = serverAdapter.getRouter();
  return board;
}
