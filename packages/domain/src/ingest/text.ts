import { z } from "zod";

const storable = (text: string): boolean => !text.includes("\u0000") && !/\p{Surrogate}/u.test(text);

/** Text that Postgres can keep: no NUL, no half of a surrogate pair. */
export const contentText = z.string().max(200_000).refine(storable, "holds a character that cannot be stored");

/** A source's own key of something. Short, because it stands in indexes. */
export const sourceKey = contentText.min(1).max(200);

/** An ISO 8601 instant with zone. */
export const instantText = z.iso.datetime({ offset: true });
