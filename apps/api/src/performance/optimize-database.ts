import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { startOperation } from "./start-operation.ts";

export const optimizeDatabase: Handler<"optimizeDatabase"> = (call, parts) =>
  startOperation(call, parts, { definition: jobs.optimizeDatabase, input: call.body, bodyHash: call.bodyHash() });
