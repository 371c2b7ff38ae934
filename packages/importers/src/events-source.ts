import { readPublicEvent } from "@deskpulse/domain/ingest/public-event";
import { BadRowError, type Source } from "./source.ts";

/** Events as `POST /api/ingest/events` takes them, one a line. What came that way before is known here, and the reverse. */
export const publicEvents: Source = {
  name: "events",
  idsOf: "api",
  keepsUpserts: true,
  createReader: () => (text) => {
    if (text.trim() === "") return null;
    const read = readPublicEvent(parseLine(text), Date.now());
    if ("event" in read) return { tenant: null, events: [read.event] };
    const { pointer, reason } = read.defect;
    throw new BadRowError(pointer === "" ? reason : `${pointer} ${reason}`);
  },
};

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRowError("is not JSON");
  }
}
