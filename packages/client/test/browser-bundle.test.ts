import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { build } from "esbuild";

/** As a web page would: node's own modules are an error for esbuild then. */
const bundled = await build({
  entryPoints: [`${import.meta.dirname}/../src/client.ts`],
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  splitting: true,
  platform: "browser",
  format: "esm",
  target: "es2022",
  conditions: ["development"],
  outdir: "/out",
});
const { outputs } = bundled.metafile;
const [entry] = Object.values(outputs).filter(({ entryPoint }) =>
  entryPoint?.endsWith("packages/client/src/client.ts"),
);

test("what a page loads at first is small, and neither schemas nor Socket.IO are in it", () => {
  const inputs = Object.keys(entry?.inputs ?? {}).filter((path) => !path.startsWith("packages/client/src/"));
  expect(inputs).toEqual(["packages/domain/src/errors.ts"]);
  // what grows with the contract is a line a route
  const lines = entry?.inputs["packages/client/src/routes.generated.ts"]?.bytesInOutput ?? Number.NaN;
  expect((entry?.bytes ?? Number.NaN) - lines).toBeLessThan(11_000);
  const rest = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  expect(rest.filter((path) => path.includes("/zod/") || path.startsWith("packages/contract/"))).toEqual([]);
  expect(rest.some((path) => path.includes("socket.io-client"))).toBe(true);
});

test("it works where there is nothing of Node", async () => {
  const script = await build({
    entryPoints: [`${import.meta.dirname}/../src/client.ts`],
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    globalName: "deskpulse",
    conditions: ["development"],
    logLevel: "error",
  });
  const [file] = script.outputFiles;
  const sent: string[] = [];
  const web = {
    ...{ URL, URLSearchParams, Headers, AbortController, AbortSignal, setTimeout, clearTimeout, crypto, atob },
    fetch: async (url: string, { method }: { method: string }) => {
      sent.push(`${method} ${url}`);
      return new Response(JSON.stringify({ items: [], nextCursor: null }));
    },
  };
  const calling = runInNewContext(
    `${file?.text}; deskpulse.createClient({ apiUrl: "https://desk.example", token: "t" }).call("listJobs", { query: { limit: 2 } })`,
    web,
  );
  expect(await calling).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
  expect(sent).toEqual(["GET https://desk.example/api/jobs?limit=2"]);
});
