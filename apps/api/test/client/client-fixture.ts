import { type ClientOptions, createClient, type DeskpulseClient, type RunOptions } from "@deskpulse/client";
import { jwtSecret, startApiFixture } from "../api-fixture.ts";
import { startAppProcess } from "../app-process.ts";
import { startTcpProxy } from "../tcp-proxy.ts";

/** An API over the example jobs and a realtime process, the way to which can be broken. Workers start when asked for. */
export async function startClientFixture() {
  let databaseUrl = "";
  const api = await startApiFixture({
    databaseUrl: (direct) => {
      databaseUrl = direct;
      return direct;
    },
  });
  const realtime = await startAppProcess("realtime", {
    DATABASE_URL: databaseUrl,
    REDIS_URL: api.redis.url,
    REDIS_PREFIX: api.redis.prefix,
    JWT_SECRET: jwtSecret,
  });
  const proxy = await startTcpProxy(realtime.url);
  const clients: DeskpulseClient[] = [];

  return {
    ...api,
    proxy,
    client(options: Partial<ClientOptions> = {}): DeskpulseClient {
      const signedIn = options.credentials === undefined && options.apiKey === undefined;
      const client = createClient({
        apiUrl: api.origin,
        realtimeUrl: proxy.through(realtime.url),
        ...(signedIn ? { token: api.tokens.agent } : {}),
        ...options,
      });
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.close();
      await proxy.stop();
      await realtime.stop();
      await api.stop();
    },
  };
}

/** `run` for the example jobs, which the contract of the platform does not know. */
export const runExample = (
  client: DeskpulseClient,
  job: string,
  text: string,
  options?: RunOptions,
): Promise<unknown> => client.run(job as "analytics.conversations", { text } as never, options);

/** What a client sends, and a way to answer some of it in place of the API; `undefined` lets it through. */
export function watchedFetch(
  answer: (method: string, path: string, nth: number) => Response | undefined = () => undefined,
) {
  const sent: { readonly method: string; readonly path: string; readonly headers: Headers }[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname: path } = new URL(String(input));
    const method = init?.method ?? "GET";
    const nth = sent.filter((one) => one.method === method && one.path === path).length + 1;
    sent.push({ method, path, headers: new Headers(init?.headers) });
    return answer(method, path, nth) ?? (await globalThis.fetch(input, init));
  };
  return { fetch, sent };
}

export const problem = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(
    JSON.stringify({ type: "", title: "", status, detail: "as asked for", code, errors: [], requestId: "r" }),
    {
      status,
      headers: { "content-type": "application/problem+json", ...headers },
    },
  );
