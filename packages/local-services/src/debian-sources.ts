import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The distribution's own package sources, without those of other vendors: these may be out of reach and would hold up
 * the fetch. Null when none is recognised; then apt should use what is configured.
 */
export function debianSources(aptFolder: string, osRelease: string): { oneLine: string; stanzas: string } | null {
  const codename = /^VERSION_CODENAME="?([^"\n]+)/m.exec(readIfThere(osRelease))?.[1];
  if (codename === undefined) return null;
  const parts = join(aptFolder, "sources.list.d");
  const files = existsSync(parts) ? readdirSync(parts).map((file) => join(parts, file)) : [];
  const ours = (suites: string) =>
    suites.split(/\s+/).some((suite) => suite === codename || suite.startsWith(`${codename}-`));

  const oneLine = [join(aptFolder, "sources.list"), ...files.filter((file) => file.endsWith(".list"))]
    .flatMap((file) => readIfThere(file).split("\n"))
    .filter(
      (line) =>
        /^\s*deb\s/.test(line) && ours(line.replace(/^\s*deb\s+(\[[^\]]*\]\s*)?\S+\s+/, "").split(/\s+/)[0] ?? ""),
    );
  const stanzas = files
    .filter((file) => file.endsWith(".sources"))
    .flatMap((file) => withoutComments(readIfThere(file)).split(/\n\s*\n/))
    .filter((stanza) => /^Types:.*\bdeb\b/im.test(stanza) && ours(/^Suites:(.*)$/im.exec(stanza)?.[1]?.trim() ?? ""));

  if (oneLine.length + stanzas.length === 0) return null;
  return { oneLine: `${oneLine.join("\n")}\n`, stanzas: stanzas.length === 0 ? "" : `${stanzas.join("\n\n")}\n` };
}

function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n");
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
