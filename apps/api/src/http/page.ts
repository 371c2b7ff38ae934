/**
 * The page that a list shows: one item more than its limit was read, which says whether there is a next one. No items
 * give an empty page.
 */
export function cutPage<Item, Cursor>(
  found: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => Cursor,
): { items: Item[]; nextCursor: Cursor | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorOf(last) : null };
}
