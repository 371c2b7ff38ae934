/** What a bench tells its worker process; each message is answered once it has been done. */
export type WorkerMessage =
  | { readonly kind: "prepare"; readonly poolMax: number }
  | { readonly kind: "start"; readonly concurrency: number }
  | { readonly kind: "stop" };

export const workerDrainMs = 5_000;
