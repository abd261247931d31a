// Sends requests at a steady rate over connections that are kept alive, for some seconds, and says on stderr how many
// were answered and how long the slowest hundredth took, from when each was due. All responses must be of the same
// length.
import { connect, type Socket } from 'node:net';

type PacedSettings = {
  readonly address: string;
  readonly port: number;
  readonly connections: number;
  /** Requests per second. */
  readonly rate: number;
  readonly seconds: number;
  readonly request: string;
};

const settings: PacedSettings = JSON.parse(process.argv[2] ?? '{}');
const idle: Socket[] = [];
/** Milliseconds. */
const latencies: number[] = [];
/** When the request that each connection waits for should have been sent. */
const dueTimes = new Map<Socket, number>();
let sent = 0;
let responseBytes = 0;

for (let index = 0; index < settings.connections; index++) open();
const started = performance.now();
const timer = setInterval(send, 1);

function open(): void {
  const socket = connect(settings.port, settings.address, () => idle.push(socket));
  socket.setNoDelay(true);
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
    responseBytes ||= responseLength(chunk);
    if (received < responseBytes) return;
    received = 0;
    latencies.push(performance.now() - (dueTimes.get(socket) ?? 0));
    idle.push(socket);
  });
}

/** As many requests as are due by now, where a connection is free. */
function send(): void {
  const elapsed = (performance.now() - started) / 1000;
  const due = Math.min(elapsed, settings.seconds) * settings.rate;
  while (sent < due) {
    const socket = idle.shift();
    if (socket === undefined) return;
    dueTimes.set(socket, started + (sent / settings.rate) * 1000);
    socket.write(settings.request, 'latin1');
    sent++;
  }
  if (elapsed < settings.seconds || idle.length < settings.connections) return;
  clearInterval(timer);
  for (const socket of idle) socket.end();
  latencies.sort((a, b) => a - b);
  const slow = latencies[Math.floor(latencies.length * 0.99)] ?? 0;
  console.error(`Requests/sec: ${latencies.length / elapsed}\n99% ${slow}ms`);
}

/** Of the first response, whose head comes whole. */
function responseLength(chunk: Buffer): number {
  const bodyBytes = /content-length: (\d+)/i.exec(chunk.toString('latin1'))?.[1];
  if (bodyBytes === undefined) throw new Error('the response has no Content-Length');
  return chunk.indexOf('\r\n\r\n') + 4 + Number(bodyBytes);
}
