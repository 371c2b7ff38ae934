/** Users that a private note mentions: Chatwoot writes them as links `mention://user/<id>/<name>`. None: []. */
export function chatwootMentions(content: string): number[] {
  const ids = [...content.matchAll(/mention:\/\/user\/(\d{1,15})\b/g)].map(([, id]) => Number(id));
  return [...new Set(ids)].slice(0, 100);
}

/** Text that can be kept, cut to so many characters: without NUL and halves of surrogate pairs. */
export const chatwootText = (text: string, lengthMax = 200_000): string =>
  text
    .slice(0, lengthMax)
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .replaceAll("\0", "");

/** A name that can be kept; what has none goes by its key. */
export function chatwootName(name: string | null | undefined, key: string): string {
  const kept = chatwootText((name ?? "").trim(), 500);
  return kept === "" ? key : kept;
}
