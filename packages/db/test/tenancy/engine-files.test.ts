import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const heading = "Query files that reach across tenants";

/** These open transactions for others; they query nothing themselves. */
const doors = ["packages/db/src/transaction.ts", "packages/db/src/single-statement.ts"];

/** Takes or opens an engine transaction, or builds a statement that is sent as the engine. */
const reaching = /\bEngineTx\b|\basEngine\(|\bengineStatement\b|^export (function|const) \w+Statement\b/m;

test(`the files under "${heading}" in ARCHITECTURE.md are those that do`, () => {
  const found = typeScriptFiles("packages/db/src").filter(
    (file) => !doors.includes(file) && reaching.test(readFileSync(join(root, file), "utf8")),
  );
  const listed = listedFiles();
  expect({
    missingInArchitecture: found.filter((file) => !listed.includes(file)),
    listedWithoutReason: listed.filter((file) => !found.includes(file)),
  }).toEqual({ missingInArchitecture: [], listedWithoutReason: [] });
});

function listedFiles(): string[] {
  const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const section = text.split(/^#+ /m).find((part) => part.startsWith(heading)) ?? "";
  return [...section.matchAll(/^- `([^`]+)`/gm)].flatMap(([, file]) => (file === undefined ? [] : [file]));
}

function typeScriptFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return typeScriptFiles(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}
