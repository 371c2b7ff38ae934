import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { debianSources } from "./debian-sources.ts";
import { runCommand, tryCommand } from "./run-command.ts";

/**
 * Fetches a package of this Debian or Ubuntu, with what it needs that is not installed, and unpacks it below `target`.
 * Needs no root and no `apt-get update` beforehand: apt gets lists and a cache of its own. Installs nothing.
 */
export async function unpackDebianPackage(
  names: string[],
  target: string,
  options: { log: (line: string) => void; signal?: AbortSignal | undefined },
): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), "fetching-"));
  for (const folder of ["lists/partial", "cache/archives/partial", "packages", "root", "sources.list.d", "tmp"]) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  const command = {
    cwd: join(work, "packages"),
    env: { ...process.env, LC_ALL: "C", TMPDIR: join(work, "tmp"), DEBIAN_FRONTEND: "noninteractive" },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const apt = (program: "apt-get" | "apt-cache", args: string[]) =>
    tryCommand(program, [...aptOptions(work), ...args], command);
  try {
    const update = await apt("apt-get", ["update"]);
    const needed = await packagesNeeded(names, apt);
    const download = await apt("apt-get", ["download", ...needed]);
    options.signal?.throwIfAborted();
    const archives = readdirSync(join(work, "packages")).filter((file) => file.endsWith(".deb"));
    if (download.code !== 0 || archives.length === 0) {
      throw new Error(
        `apt could not fetch ${needed.join(", ")}:\n${update.output}\n${download.output}`.slice(0, 2_000),
      );
    }
    for (const archive of archives) {
      await runCommand("dpkg", ["-x", join(work, "packages", archive), join(work, "root")], command);
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(join(work, "root"), target);
    options.log(`unpacked ${needed.join(", ")} in ${target}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The packages themselves and what a simulated installation would bring along on this machine. */
async function packagesNeeded(
  names: string[],
  apt: (program: "apt-get" | "apt-cache", args: string[]) => Promise<{ code: number | null; output: string }>,
): Promise<string[]> {
  const simulation = await apt("apt-get", ["install", "--simulate", "--no-install-recommends", ...names]);
  if (simulation.code === 0) {
    const installed = [...simulation.output.matchAll(/^Inst (\S+)/gm)].flatMap((match) => match[1] ?? []);
    return [...new Set([...names, ...installed])];
  }
  // The machine's own packages may be in a state in which apt refuses to plan: take every library it depends on.
  const tree = await apt(
    "apt-cache",
    ["depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts"].concat([
      "--no-breaks",
      "--no-replaces",
      "--no-enhances",
      ...names,
    ]),
  );
  const libraries = [...tree.output.matchAll(/^(lib\S+|lua-\S+)$/gm)].flatMap((match) => match[1] ?? []);
  return [...new Set([...names, ...libraries.filter((name) => !/^(libc6|libc-bin)$/.test(name))])];
}

function aptOptions(work: string): string[] {
  const settings: Record<string, string> = {
    "Dir::State::Lists": join(work, "lists"),
    "Dir::Cache": join(work, "cache"),
    "APT::Sandbox::User": "",
    "Debug::NoLocking": "1",
    "Acquire::Retries": "2",
    "Acquire::http::Timeout": "15",
    "Acquire::https::Timeout": "15",
    "Acquire::Languages": "none",
  };
  const sources = debianSources("/etc/apt", "/etc/os-release");
  if (sources !== null) {
    writeFileSync(join(work, "sources.list"), sources.oneLine);
    if (sources.stanzas !== "") writeFileSync(join(work, "sources.list.d", "debian.sources"), sources.stanzas);
    settings["Dir::Etc::SourceList"] = join(work, "sources.list");
    settings["Dir::Etc::SourceParts"] = join(work, "sources.list.d");
  }
  return Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}
