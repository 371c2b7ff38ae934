import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../../..");

export interface AppProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** An app as its own process, from its sources, on a port that the system chooses. Rejects when it ends before it listens. */
export async function startAppProcess(
  app: "api" | "worker" | "realtime",
  variables: Readonly<Record<string, string>>,
): Promise<AppProcess> {
  const child = spawn(process.execPath, ["--conditions=development", "--import", "tsx", `apps/${app}/src/main.ts`], {
    cwd: root,
    env: { PATH: process.env.PATH, TZ: "UTC", LOG_LEVEL: "info", [`${app.toUpperCase()}_PORT`]: "0", ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    const lines: string[] = [];
    createInterface(child.stdout).on("line", (line) => {
      if (lines.push(line) > 50) lines.shift();
      const { msg, port } = line.startsWith("{") ? (JSON.parse(line) as { msg?: string; port?: number }) : {};
      if (msg === "listening" && port !== undefined) resolve(port);
    });
    void ended.then(() => reject(new Error(`${app} ended: ${lines.join("\n")}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGTERM");
      const limit = setTimeout(() => child.kill("SIGKILL"), 8_000);
      await ended;
      clearTimeout(limit);
    },
  };
}
