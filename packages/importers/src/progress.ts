import { SingleBar } from "cli-progress";

export interface Progress {
  /** `detail` is shown behind the share. */
  update(done: number, total: number, detail?: string): void;
  stop(): void;
}

const lineEveryMs = 2_000;

/** Progress on stderr: a bar for a person, a plain line every two seconds for a log. */
export function createProgress(label: string, stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? createBar(label, stream) : createLines(label, stream);
}

function createBar(label: string, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar({ format: `${label} {bar} {percentage}% {detail}`, stream, clearOnComplete: false });
  bar.start(100, 0, { detail: "" });
  return {
    update: (done, total, detail = "") => bar.update(percentOf(done, total), { detail }),
    stop: () => bar.stop(),
  };
}

function createLines(label: string, stream: NodeJS.WriteStream): Progress {
  let writtenAt = Date.now();
  return {
    update(done, total, detail) {
      if (Date.now() - writtenAt < lineEveryMs) return;
      writtenAt = Date.now();
      stream.write(`${label}: ${percentOf(done, total)}%${detail === undefined ? "" : `, ${detail}`}\n`);
    },
    stop() {},
  };
}

const percentOf = (done: number, total: number): number => (total === 0 ? 100 : Math.floor((100 * done) / total));
