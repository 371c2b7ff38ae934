/** The style of the desk's own pages. The security headers carry its hash, so it stands in the page as it is here. */
export const deskStyle = `
:root { color-scheme: light dark; --ink: #17212e; --soft: #556274; --card: #fff; --ground: #eef1f5; --line: #c3ccd8;
  --accent: #1c5fd4; --accent-ink: #fff; --alarm: #a3182c; --alarm-ground: #fdecee; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf4; --soft: #a3b0c2; --card: #1b232e; --ground: #11161d; --line: #445064;
    --accent: #7eabff; --accent-ink: #0d1522; --alarm: #ffb3bc; --alarm-ground: #43191f; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { width: 100%; max-width: 24rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.9rem; box-shadow: 0 1px 2px rgb(0 0 0 / 6%), 0 12px 32px rgb(0 0 0 / 8%); }
.brand { margin: 0 0 0.25rem; color: var(--soft); font-size: 0.85rem; font-weight: 600; letter-spacing: 0.04em; }
h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1.25rem; }
label { display: block; margin: 0 0 0.3rem; font-weight: 600; font-size: 0.9rem; }
input { width: 100%; margin: 0 0 1.1rem; padding: 0.65rem 0.75rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: 0.5rem; }
button, .button { display: block; width: 100%; padding: 0.7rem 1rem; font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; color: var(--accent-ink); background: var(--accent); border: 1px solid var(--accent);
  border-radius: 0.5rem; cursor: pointer; }
.quiet { margin-top: 0.75rem; color: var(--accent); background: transparent; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.alarm { padding: 0.65rem 0.8rem; color: var(--alarm); background: var(--alarm-ground); border-radius: 0.5rem; }
.wide { max-width: 72rem; align-self: start; }
.wide h2 { margin: 1.75rem 0 0.5rem; font-size: 1.1rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 0.5rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.5rem 0.75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
.ways { margin: 1.75rem 0 0; }
a { color: var(--accent); }
.button:is(a) { color: var(--accent-ink); }
.note { margin: 1.25rem 0 0; color: var(--soft); font-size: 0.85rem; }
`;
