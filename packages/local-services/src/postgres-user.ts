import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { tryCommand } from "./run-command.ts";

/** Whom the server runs as. Without a uid: as ourselves. */
export interface PostgresUser {
  name: string;
  uid?: number;
  gid?: number;
}

/**
 * PostgreSQL refuses to run as root: then it runs as the owner of the data that is there already, else as `postgres`,
 * else as `deskpulse-postgres` (created), else as `nobody`. Anybody else runs it as themselves.
 */
export async function postgresUser(clusters: string[]): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return { name: "you" };
  for (const cluster of clusters) {
    const owner = statSync(cluster, { throwIfNoEntry: false });
    if (owner !== undefined && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  }
  const found = (await lookUp("postgres")) ?? (await lookUp("deskpulse-postgres"));
  if (found !== null) return found;
  await tryCommand("useradd", ["--system", "--no-create-home", "--shell", "/bin/false", "deskpulse-postgres"], {
    env: { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` },
  });
  const created = (await lookUp("deskpulse-postgres")) ?? (await lookUp("nobody"));
  if (created !== null) return created;
  throw new Error(
    "PostgreSQL does not run as root, and there is no other user. Run `useradd --system deskpulse-postgres`, or start as an ordinary user.",
  );
}

/** Whether that user can read (and enter) every one of these paths, access lists and all: asked as that user. */
export function canReach(user: PostgresUser, paths: string[]): boolean {
  if (user.uid === undefined) return true;
  const script = 'for p in "$@"; do test -r "$p" -a -x "$p" || exit 1; done';
  const { uid, gid } = user;
  const probe = spawnSync("/bin/sh", ["-c", script, "sh", ...paths], {
    uid,
    ...(gid === undefined ? {} : { gid }),
    cwd: "/",
  });
  return probe.status === 0;
}

/** The uid and gid to spawn with; empty when the server runs as ourselves. */
export function runAs(user: PostgresUser): { uid?: number; gid?: number } {
  return user.uid === undefined || user.gid === undefined ? {} : { uid: user.uid, gid: user.gid };
}

async function lookUp(name: string): Promise<PostgresUser | null> {
  const uid = await tryCommand("id", ["-u", name]);
  const gid = await tryCommand("id", ["-g", name]);
  return uid.code === 0 && gid.code === 0 ? { name, uid: Number(uid.output), gid: Number(gid.output) } : null;
}
