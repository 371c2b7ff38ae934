import { cancelRunIn } from "@deskpulse/runs/steer-run";
import type { Handler } from "../http/handler.ts";
import { steer } from "./steer.ts";

export const cancelJob: Handler<"cancelJob"> = (call, parts) => steer(call, parts, cancelRunIn);
