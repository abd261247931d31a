import type { CallReport, Method } from './calls.ts';

type Status = { readonly code: number; readonly details: string };
type Messages = { readonly sent: readonly Uint8Array[]; readonly received: readonly Uint8Array[] };

/** What a client that runs on Node says of a call. */
export function printReport(method: Method, { code, details }: Status, { sent, received }: Messages): void {
  const report: CallReport = {
    method,
    status: code,
    message: details,
    sent: sent.length,
    received: received.length,
    sent_bytes: bytesOf(sent),
    received_bytes: bytesOf(received),
  };
  console.log(JSON.stringify(report));
}

function bytesOf(messages: readonly Uint8Array[]): number {
  return messages.reduce((sum, { length }) => sum + length, 0);
}
