import { createServer } from "node:net";

/**
 * The ports of the three apps: the one that was asked for, or an error when it is taken; else the default or the next
 * free one after it.
 */
export async function choosePorts(host) {
  const chosen = new Set();
  const choose = async (variable, byDefault) => {
    const asked = process.env[variable];
    if (asked) {
      const port = Number(asked);
      if (!Number.isInteger(port) || port < 1 || port > 65_535)
        throw new Error(`${variable}=${asked} is not a port (1 to 65535).`);
      const problem = chosen.has(port) ? "another app has it" : await problemWith(host, port);
      if (problem)
        throw new Error(`${variable}=${port} cannot be used on ${host}: ${problem}. Free it, or choose another.`);
      chosen.add(port);
      return port;
    }
    for (let port = byDefault; port < byDefault + 200; port++) {
      if (chosen.has(port) || reserved(variable, port)) continue;
      const problem = await problemWith(host, port);
      if (problem && problem !== "it is taken") throw new Error(`HOST=${host} cannot be used: ${problem}.`);
      if (problem === null) {
        chosen.add(port);
        return port;
      }
    }
    throw new Error(`no free port from ${byDefault} on; set ${variable}.`);
  };
  return {
    api: await choose("API_PORT", 3000),
    realtime: await choose("REALTIME_PORT", 3001),
    worker: await choose("WORKER_PORT", 3002),
  };
}

/** A port that somebody asked for by another variable is not given away. */
function reserved(variable, port) {
  return ["API_PORT", "REALTIME_PORT", "WORKER_PORT"].some(
    (other) => other !== variable && Number(process.env[other]) === port,
  );
}

function problemWith(host, port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      resolve(
        error.code === "EADDRINUSE" ? "it is taken" : error.code === "EACCES" ? "it is not allowed" : error.message,
      );
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
