import { deskStyle } from "./desk-style.ts";

/** A whole page of the desk around `main`, which is HTML. `wide`: for tables. */
export function deskPage(title: string, main: string, { wide = false } = {}): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>${escapeHtml(title)} · Deskpulse</title>
  <link rel="icon" href="data:,">
  <style>${deskStyle}</style>
</head>
<body>
  <main${wide ? ' class="wide"' : ""}>
    <p class="brand">Deskpulse</p>
    ${main}
  </main>
</body>
</html>
`;
}

/** A table with a heading; `empty` stands in its place when there are no rows. Cells are text. */
export function table(
  heading: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  empty: string,
): string {
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`).join("\n");
  const shown =
    rows.length === 0
      ? `<p class="note">${escapeHtml(empty)}</p>`
      : `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(heading)}">
      <table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
  return `<h2>${escapeHtml(heading)}</h2>\n${shown}`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
