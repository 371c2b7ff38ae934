import type { ActionCommand, ActionState } from "./finding.ts";

interface ActionToUndo {
  readonly state: ActionState;
  readonly command: ActionCommand;
  readonly undoSql: string | null;
  /** The index right after the action; null when it dropped one. */
  readonly definitionAfter: string | null;
  /** Null while its verdict is open. */
  readonly endedAtMs: number | null;
}

/**
 * Why an action cannot be taken back, given the index of its name as it is now (null: there is none). Null when it can:
 * it was applied, and nobody has changed its object since.
 */
export function undoObstacle(action: ActionToUndo, index: { readonly definition: string } | null): string | null {
  if (action.state !== "applied" && action.state !== "verified")
    return `the action is ${action.state}: only an applied one can be undone`;
  if (action.endedAtMs === null) return "the action is still being verified";
  if (action.undoSql === null) return "the action has nothing that could be taken back";
  if (action.command === "create-index" && index === null) return "its index is gone: somebody has dropped it";
  if (action.command === "create-index" && index?.definition !== action.definitionAfter)
    return "its index has been changed since";
  if (action.command === "drop-index" && index !== null) return "an index of the same name has been built since";
  return null;
}
