import { mapCareConversation } from "@deskpulse/domain/ingest/twitter-care";
import { BadRowError, type Source } from "./source.ts";

/** Each company is a tenant. */
export const twitterCare: Source = {
  name: "twitter-care",
  createReader: () => (text) => {
    if (text.trim() === "") return null;
    const { company, events } = mapCareConversation(parseLine(text));
    return { tenant: company, events };
  },
};

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRowError("is no JSON object");
  }
}
