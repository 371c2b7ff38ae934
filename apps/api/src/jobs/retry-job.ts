import { retryRunIn } from "@deskpulse/runs/steer-run";
import type { Handler } from "../http/handler.ts";
import { steer } from "./steer.ts";

export const retryJob: Handler<"retryJob"> = (call, parts) => steer(call, parts, retryRunIn);
