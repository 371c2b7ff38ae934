const began = Date.now();

// A reader that left (`npm start | head`) must not take us down before we have cleaned up.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

/** One line about what goes on, with the seconds since the beginning. */
export function say(text) {
  const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${text}\n`);
}

/** A detail of the step that runs. */
export function detail(text) {
  process.stdout.write(`          ${text}\n`);
}

/**
 * Runs one step, says when it begins and ends, gives a sign of life every 10 s, and tells on failure what to do.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @param {{ repair?: string }} [options]
 * @returns {Promise<T>}
 */
export async function step(title, work, options = {}) {
  const start = Date.now();
  say(title);
  const sign = setInterval(
    () => detail(`still at it: ${title} (${Math.round((Date.now() - start) / 1000)} s)`),
    10_000,
  );
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && options.repair !== undefined && error.name !== "AbortError") {
      error.message += `\n${options.repair}`;
    }
    throw error;
  } finally {
    clearInterval(sign);
  }
}
