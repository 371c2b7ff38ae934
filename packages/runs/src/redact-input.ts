const secretName = /password|secret|token|authorization|cookie|api.?key/i;
const textMax = 100;
const copyMax = 500;

/** A short copy of an input for the readers of Bull Board: no secrets by name, long texts and long copies cut. */
export function redactInput(input: unknown): string {
  const copy = JSON.stringify(input, (name, value: unknown) => {
    if (secretName.test(name)) return "[redacted]";
    if (typeof value === "string" && value.length > textMax) return `${value.slice(0, textMax)}…`;
    return value;
  });
  return copy === undefined ? "" : copy.length > copyMax ? `${copy.slice(0, copyMax)}…` : copy;
}
