import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { ProblemError } from "@deskpulse/domain/errors";
import type { ClientErrorListener } from "@deskpulse/process/health-server";
import { describeProblem, problemType } from "./send-problem.ts";

/** Answers with a problem document what Node cannot read as HTTP, and ends the connection. */
export const answerClientError: ClientErrorListener = (error, socket) => {
  if (error.code === "ECONNRESET" || !socket.writable || isAnswered(socket)) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error.code);
  const requestId = randomUUID();
  const body = JSON.stringify(describeProblem(problem, requestId));
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.code}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    "x-content-type-options: nosniff",
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
};

/** Has an answer to the request on this socket begun? Node keeps it there, and asks the same in its own listener. */
const isAnswered = (socket: Duplex & { readonly _httpMessage?: { readonly headersSent: boolean } | null }): boolean =>
  socket._httpMessage?.headersSent === true;

function problemOf(code: string | undefined): ProblemError {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new ProblemError("headers-too-large", "the headers are too large");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new ProblemError("request-timeout", "the request did not arrive in time");
    default:
      return new ProblemError("bad-request", "this is no HTTP request that can be read");
  }
}
