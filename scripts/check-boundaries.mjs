import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

const folders = ["apps", "packages", "bench", "drill"];

/** Who may import whom: prints each violation with the right door; 0 when there is none. */
export async function checkBoundaries() {
  const cruiser = spawnSync(
    join(root, "node_modules/.bin/depcruise"),
    [...folders, "--config", ".dependency-cruiser.cjs", "--output-type", "json"],
    { cwd: root, encoding: "utf8", maxBuffer: 500_000_000 },
  );
  let result;
  try {
    result = JSON.parse(cruiser.stdout);
  } catch {
    console.error(cruiser.stderr || cruiser.stdout);
    return 1;
  }
  const blind = whatWasMissed(result.modules);
  if (blind !== null) console.error(blind);
  const comments = new Map(result.summary.ruleSetUsed.forbidden.map((rule) => [rule.name, rule.comment]));
  for (const { from, to, rule, cycle } of result.summary.violations) {
    const way = cycle ? [from, ...cycle.map((part) => part.name ?? part)].join(" -> ") : `${from} -> ${to}`;
    console.error(`${way}\n    ${rule.name}: ${comments.get(rule.name)}`);
  }
  return blind === null && result.summary.violations.length === 0 ? 0 : 1;
}

/** A cruiser that cannot read TypeScript, or resolve our packages, finds no violations either. */
function whatWasMissed(modules) {
  const sources = folders.flatMap((folder) => typeScriptFiles(join(root, folder)));
  const seen = modules.filter(({ source }) => source.endsWith(".ts")).length;
  if (seen < sources.length) return `dependency-cruiser saw ${seen} of ${sources.length} TypeScript files`;
  const reaching = sources.filter((file) =>
    /^(import|export)\b[^;]*from "@deskpulse\//m.test(readFileSync(file, "utf8")),
  ).length;
  const seenReaching = modules.filter(({ source, dependencies }) =>
    dependencies.some(({ resolved }) => packageOf(resolved) !== packageOf(source)),
  ).length;
  if (seenReaching < reaching)
    return `dependency-cruiser followed imports between packages in ${seenReaching} of ${reaching} files`;
  return null;
}

function packageOf(path) {
  return path.split("/").slice(0, 2).join("/");
}

function typeScriptFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["node_modules", "dist"].includes(entry.name) ? [] : typeScriptFiles(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}
