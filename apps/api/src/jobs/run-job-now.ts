import { runNowIn } from "@deskpulse/runs/steer-run";
import type { Handler } from "../http/handler.ts";
import { steer } from "./steer.ts";

export const runJobNow: Handler<"runJobNow"> = (call, parts) => steer(call, parts, runNowIn);
