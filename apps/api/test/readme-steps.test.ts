import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { startDemoPlatform } from "./demo-platform.ts";

const root = join(import.meta.dirname, "../../..");
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

let platform: Awaited<ReturnType<typeof startDemoPlatform>>;
beforeAll(async () => {
  platform = await startDemoPlatform();
}, 90_000);
afterAll(() => platform?.stop());

/** The code of a document below a heading, up to the next of its kind. */
function codeOf(document: string, heading: string): { readonly language: string; readonly code: string }[] {
  const [, section] = readFileSync(join(root, document), "utf8").split(`\n## ${heading}\n`);
  const blocks = (section?.split("\n## ")[0] ?? "").matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return [...blocks].map(([, language = "", code = ""]) => ({ language, code }));
}

function tourStep(language: string): string {
  const found = codeOf("README.md", "A tour in five minutes").filter((block) => block.language === language);
  expect(found).toHaveLength(1);
  return found[0]?.code ?? "";
}

(hasCurl ? test : test.skip)("the tour's commands show what its comments say", async () => {
  const mark = "--- next step ---";
  const script = tourStep("sh").replaceAll("\n\n", `\necho; echo "${mark}"\n`);
  const steps = (await platform.run("sh", ["-e", "-c", script])).split(mark).map((text) => text.trim());
  expect(steps).toHaveLength(6);
  const [nothing, report, compared = "", run, runs, mistake] = steps;
  expect(nothing).toBe("");
  expect(JSON.parse(report ?? "")).toMatchObject({
    meta: { from: "2016-02-29T00:00:00+05:45", timezone: "Asia/Kathmandu" },
    totals: { firstResponse: { count: expect.any(Number) } },
    series: { length: 7 },
  });
  expect(compared).toMatch(/^HTTP\/1.1 200 OK\r?\n/);
  expect(compared).toMatch(/^etag: /im);
  expect(JSON.parse(run ?? "")).toMatchObject({ job: "analytics.conversations", state: "completed" });
  const { items } = JSON.parse(runs ?? "") as { items: { id: string }[] };
  expect(items.map(({ id }) => id)).toContain((JSON.parse(run ?? "") as { id: string }).id);
  expect(JSON.parse(mistake ?? "")).toMatchObject({ status: 422, errors: [{ pointer: "?timezone" }] });
});

test("the tour's client hears of its result, and ends", async () => {
  await writeFile(join(platform.folder, "tour.mjs"), tourStep("js"));
  const heard = (await platform.run(process.execPath, ["tour.mjs"])).trim().split("\n");
  expect(heard.at(-1)).toMatch(/^completed analytics\.response-time [0-9a-f-]{36}$/);
});

/** An example of the client's README, executed as a program of its own; what it printed. */
async function clientExample(heading: string): Promise<string> {
  const [block, ...others] = codeOf("packages/client/README.md", heading);
  expect(others).toEqual([]);
  const { email = "", password = "" } = platform.users.supervisor ?? {};
  const values: Readonly<Record<string, string>> = {
    API_URL: platform.apiUrl,
    REALTIME_URL: platform.realtimeUrl,
    TOKEN: platform.tokens.supervisor ?? "",
    EMAIL: email,
    PASSWORD: password,
  };
  const code = (block?.code ?? "").replace(/"([A-Z_]+)"/g, (text, name: string) =>
    JSON.stringify(values[name] ?? text),
  );
  const file = join(platform.folder, `${heading.replace(/\W+/g, "-")}.mjs`);
  await build({
    stdin: { contents: code, loader: block?.language === "ts" ? "ts" : "js", resolveDir: import.meta.dirname },
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["development"],
    external: ["socket.io-client"],
  });
  return await platform.run(process.execPath, [file]);
}

test("the client's example of signing in and calling a route prints a figure", async () => {
  expect(await clientExample("Sign in, and call routes")).toMatch(/^median \d+(\.\d+)?\n$/);
});

test("the client's example of a run prints its result", async () => {
  expect(await clientExample("Run a job")).toMatch(/^(\d+ % .*\n)*created [1-9]\d*\n$/);
});

test("the client's example of errors prints where the mistake is", async () => {
  expect(await clientExample("Errors")).toBe("422 unprocessable /input/timezone\n");
});
