import { z } from "zod";

const storable = (text: string): boolean => !text.includes("\u0000") && !/\p{Surrogate}/u.test(text);

/** Text that Postgres can keep: no NUL, no half of a surrogate pair. */
export const contentText = z.string().max(200_000).refine(storable, "holds a character that cannot be stored");

/** A source's own key of something. Short, because it stands in indexes. */
export const sourceKey = contentText.min(1).max(200);

const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(2200, 0, 1);

/** An ISO 8601 instant with zone, between 1970 and 2200. */
export const instantText = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= earliest && Date.parse(text) <= latest, "lies outside 1970 to 2200");
