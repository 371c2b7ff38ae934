import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./paths.mjs";

const top = "apps|packages|scripts|docs|bench|drill|\\.ci";
const named = new RegExp(`\`((?:${top})/[^\`\\s]*)\``, "g");
const linked = /\]\(([^)#\s]+)(?:#[^)]*)?\)/g;

/** Whether every file that a document names or links to exists; prints those that do not. */
export async function checkDocPaths() {
  const missing = documents().flatMap((document) => {
    const text = readFileSync(document, "utf8");
    const paths = [
      ...[...text.matchAll(named)].map((match) => join(root, match[1])),
      ...[...text.matchAll(linked)]
        .filter((match) => !/^[a-z]+:/.test(match[1]))
        .map((match) => join(match[1].startsWith("/") ? root : dirname(document), match[1])),
    ];
    return paths
      .filter((path) => !isPattern(path) && !existsSync(path.replace(/:\d+$/, "")))
      .map((path) => `${relative(root, document)} names ${relative(root, path)}, which does not exist`);
  });
  for (const line of new Set(missing)) console.error(line);
  return missing.length === 0 ? 0 : 1;
}

function documents() {
  const atRoot = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map((name) => join(root, name));
  const docs = join(root, "docs");
  const written = existsSync(docs) ? readdirSync(docs).filter((name) => name.endsWith(".md")) : [];
  return [...atRoot, ...written.map((name) => join(docs, name))].filter((file) => existsSync(file));
}

/** `packages/<name>/src`, `docs/decisions/NNNN-title.md` and what is built are not files of the clone. */
function isPattern(path) {
  return /[<>*{}…]|NNNN|\.\.\.|\/dist(\/|$)/.test(path);
}
