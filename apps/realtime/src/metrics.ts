import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface RealtimeMetrics {
  readonly registry: Registry;
  readonly events: Counter<"event" | "state">;
  readonly hintSeconds: Histogram;
  readonly reads: Counter<"what" | "outcome">;
  readonly handshakesRefused: Counter<"code">;
  readonly socketsCut: Counter<"why">;
  /** Asks `connected` for the number of sockets whenever the metrics are read. */
  countSockets(connected: () => number): void;
}

/** What realtime measures about itself. No tenant, user or run appears in a label. */
export function createRealtimeMetrics(registry: Registry = new Registry()): RealtimeMetrics {
  const registers = [registry];
  return {
    registry,
    events: new Counter({
      name: "deskpulse_realtime_events_total",
      help: "Events emitted, each counted once however many sockets it went to",
      labelNames: ["event", "state"],
      registers,
    }),
    hintSeconds: new Histogram({
      name: "deskpulse_realtime_hint_to_emit_seconds",
      help: "From the arrival of a hint to the emission of what it pointed to",
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    reads: new Counter({
      name: "deskpulse_realtime_reads_total",
      help: "Queries for the state of runs, and for how tenants stand",
      labelNames: ["what", "outcome"],
      registers,
    }),
    handshakesRefused: new Counter({
      name: "deskpulse_realtime_handshakes_refused_total",
      help: "Connections refused at the handshake",
      labelNames: ["code"],
      registers,
    }),
    socketsCut: new Counter({
      name: "deskpulse_realtime_sockets_cut_total",
      help: "Sockets disconnected by the server",
      labelNames: ["why"],
      registers,
    }),
    countSockets(connected) {
      new Gauge({
        name: "deskpulse_realtime_sockets",
        help: "Sockets connected now",
        registers,
        collect() {
          this.set(connected());
        },
      });
    },
  };
}
