/** Why a run's signal was aborted; what becomes of the run follows from it. */
export class CancelRequested extends Error {
  override readonly name = "CancelRequested";
}
export class RunTimedOut extends Error {
  override readonly name = "RunTimedOut";
}
export class WorkerStopping extends Error {
  override readonly name = "WorkerStopping";
}
/** Another worker has the run now, or it has ended: nothing of this attempt may be stored. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}
