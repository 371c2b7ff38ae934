import { closeSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

const maxBytes = 20_000_000;
const tailLines = 25;

/**
 * Keeps what an app prints in a file of bounded size (the one before is kept as `.1`) and its last lines in memory.
 * @param {import("node:child_process").ChildProcess} child with piped output
 * @param {(line: string) => void} [onLine]
 */
export function keepLog(child, file, onLine = () => {}) {
  mkdirSync(dirname(file), { recursive: true });
  let output = startFile(file);
  let written = 0;
  const tail = [];
  const take = (line) => {
    if (written > maxBytes) {
      closeSync(output);
      output = startFile(file);
      written = 0;
    }
    written += writeSync(output, `${line}\n`);
    tail.push(line);
    if (tail.length > tailLines) tail.shift();
    onLine(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", take);
  return { tail: () => tail.join("\n") };
}

function startFile(file) {
  try {
    renameSync(file, `${file}.1`);
  } catch {
    // There was none.
  }
  return openSync(file, "w", 0o600);
}
