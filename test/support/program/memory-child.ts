// Runs one of the loads below through the pipeline, in a process whose heap is limited, and prints what came of it as
// JSON.
import { LinkType } from '../../../src/capture/frame.ts';
import { tcpPacket } from '../packet/packets.ts';
import { defaultPipelineSettings, startPipeline } from './run-pipeline.ts';

export type MemoryReport = {
  readonly exchanges: number;
  readonly answered: number;
  readonly responseBytes: number;
  readonly failures: number;
  readonly maxConnections: number;
  readonly maxBufferedBytes: number;
  readonly leftBufferedBytes: number;
  readonly peakRss: number;
  /** What `atRest` has found: memory that is really held, and what is counted for it, with 3 kB for each connection. */
  readonly heldBytes: number;
  readonly countedBytes: number;
};

const client = { source: '10.0.0.1', destination: '10.0.0.2' };
const request = 'GET /some/path?with=query HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: test\r\n\r\n';
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Of each body, where the load asks for bodies. */
const bodyLimitBytes = process.argv[3] === undefined ? undefined : Number(process.argv[3]);

/** One direction of a connection, its sequence number moving on. */
type Talker = { readonly port: number; sequence: number; readonly isClient: boolean };

class Load {
  exchanges = 0;
  answered = 0;
  responseBytes = 0;
  maxConnections = 0;
  maxBufferedBytes = 0;
  #heldBytes = 0;
  #countedBytes = 0;
  readonly #memoryBefore = memory();
  #time = 1_700_000_000_000_000;
  #frames = 0;
  readonly #run = startPipeline({
    settings: {
      ...defaultPipelineSettings(),
      exchange: { ...defaultPipelineSettings().exchange, bodyLimitBytes: bodyLimitBytes ?? 0 },
    },
    observe: (exchange) => {
      this.exchanges++;
      if (exchange.outcome === 'answered') this.answered++;
      this.responseBytes += exchange.response?.bodyBytes ?? 0;
    },
  });
  readonly pipeline = this.#run.pipeline;
  readonly counters = this.#run.counters;

  /** Sends one segment. `at`: somewhere else than next in the stream. */
  send(from: Talker, to: Talker, payload: Buffer | string, flags = 'A', at = from.sequence): void {
    const { source, destination } = from.isClient ? client : { source: client.destination, destination: client.source };
    const bytes = tcpPacket({
      source: address(source, from.isClient, from.port),
      destination: address(destination, !from.isClient, from.port),
      sourcePort: from.isClient ? 1024 + (from.port % 60_000) : 80,
      destinationPort: from.isClient ? 80 : 1024 + (from.port % 60_000),
      sequence: at,
      acknowledgment: to.sequence,
      flags,
      payload,
    });
    if (at === from.sequence)
      from.sequence += Buffer.byteLength(payload) + (flags.includes('S') || flags.includes('F') ? 1 : 0);
    this.#frame(bytes);
  }

  /** To be called where nothing is garbage: everything that was sent is still open. */
  atRest(): void {
    this.#heldBytes = memory() - this.#memoryBefore;
    this.#countedBytes = this.pipeline.bufferedBytes + 3000 * this.pipeline.openConnections;
  }

  report(): MemoryReport {
    this.pipeline.close();
    const { exchanges, answered, responseBytes, maxConnections, maxBufferedBytes } = this;
    const peakRss = process.resourceUsage().maxRSS * 1024;
    const leftBufferedBytes = this.pipeline.bufferedBytes;
    return {
      exchanges,
      answered,
      responseBytes,
      failures: this.#run.failures.length,
      maxConnections,
      maxBufferedBytes,
      leftBufferedBytes,
      peakRss,
      heldBytes: this.#heldBytes,
      countedBytes: this.#countedBytes,
    };
  }

  #frame(bytes: Buffer): void {
    this.#time++;
    this.counters.frames_received++;
    this.pipeline.frame({
      bytes,
      start: 0,
      end: bytes.length,
      wireLength: bytes.length,
      time: this.#time,
      linkType: LinkType.raw,
      direction: undefined,
    });
    if (this.#frames++ % 10_000 === 0) this.pipeline.tick(this.#time);
    this.maxConnections = Math.max(this.maxConnections, this.pipeline.openConnections);
    this.maxBufferedBytes = Math.max(this.maxBufferedBytes, this.pipeline.bufferedBytes);
  }
}

/** On the heap and beside it, bytes, once garbage is collected. */
function memory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Many clients: 60,000 ports of one address, then of the next. */
function address(text: string, isClient: boolean, port: number): string {
  return isClient ? `10.1.${Math.trunc(port / 60_000)}.1` : text;
}

function connection(port: number): readonly [Talker, Talker] {
  return [
    { port, sequence: 1000, isClient: true },
    { port, sequence: 5000, isClient: false },
  ];
}

function open(load: Load, port: number): readonly [Talker, Talker] {
  const [one, other] = connection(port);
  load.send(one, other, '', 'S', one.sequence);
  load.send(other, one, '', 'SA', other.sequence);
  return [one, other];
}

const loads: { readonly [name: string]: (load: Load) => void } = {
  /** 100,000 connections with a request open on each at the same time, then three exchanges more on each. */
  connections(load) {
    const all = Array.from({ length: 100_000 }, (_, port) => open(load, port));
    for (const [one, other] of all) load.send(one, other, request);
    for (const [one, other] of all) load.send(other, one, answer);
    for (let round = 0; round < 3; round++) {
      for (const [one, other] of all) {
        load.send(one, other, request);
        load.send(other, one, answer);
      }
    }
  },
  length: (load) =>
    download(
      load,
      (bytes) => `Content-Length: ${bytes}`,
      (data) => data,
    ),
  chunked: (load) =>
    download(
      load,
      () => 'Transfer-Encoding: chunked',
      (data) => Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]),
    ),
  close: (load) =>
    download(
      load,
      () => 'Connection: close',
      (data) => data,
    ),
  /** Heads that never end, on 10,000 connections. */
  heads(load) {
    const piece = `X-Filler: ${'f'.repeat(8000)}\r\n`;
    const all = Array.from({ length: 10_000 }, (_, port) => open(load, port));
    for (let round = 0; round < 6; round++) {
      for (const [one, other] of all) load.send(one, other, round === 0 ? `GET / HTTP/1.1\r\n${piece}` : piece);
    }
  },
  /** Segments behind a hole that is never filled. */
  holes(load) {
    const data = Buffer.alloc(1000, 'h');
    for (let port = 0; port < 2000; port++) {
      const [one, other] = open(load, port);
      for (let index = 1; index <= 100; index++) load.send(one, other, data, 'A', one.sequence + index * 2000);
    }
  },
  /** 100,000 connections of one exchange each, one after the other. */
  short(load) {
    for (let port = 0; port < 100_000; port++) {
      const [one, other] = open(load, port);
      load.send(one, other, request);
      load.send(other, one, answer);
      load.send(one, other, '', 'FA');
      load.send(other, one, '', 'FA');
    }
  },
  syns(load) {
    for (let port = 0; port < 400_000; port++) {
      const [one, other] = connection(port);
      load.send(one, other, '', 'S', one.sequence);
    }
  },
  'short bodies': (load) =>
    waiting(
      load,
      `POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\n${'r'.repeat(300)}`,
      `HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n${'a'.repeat(300)}`,
    ),
  'half heads': (load) => waiting(load, `GET / HTTP/1.1\r\nX-Half: ${'h'.repeat(300)}`),
  'half lines': (load) => waiting(load, 'GET /', 'HTTP/1.'),
  /** Requests without end, and never an answer. */
  requests(load) {
    for (let port = 0; port < 200; port++) {
      const [one, other] = open(load, port);
      for (let index = 0; index < 3000; index++) load.send(one, other, request);
    }
  },
};

/** 10,000 connections, on each of which the same has been sent, and waits for more. */
function waiting(load: Load, said: string, answered = ''): void {
  for (let port = 0; port < 10_000; port++) {
    const [one, other] = open(load, port);
    load.send(one, other, said);
    if (answered !== '') load.send(other, one, answered);
  }
  load.atRest();
}

/** 2 GB in one response. */
function download(load: Load, header: (bytes: number) => string, wrap: (data: Buffer) => Buffer): void {
  const pieces = 2_000_000_000 / 50_000;
  const piece = wrap(Buffer.alloc(50_000, 'd'));
  const [one, other] = open(load, 1);
  load.send(one, other, request);
  load.send(other, one, `HTTP/1.1 200 OK\r\n${header(pieces * 50_000)}\r\n\r\n`);
  for (let index = 0; index < pieces; index++) load.send(other, one, piece);
  load.send(other, one, piece.length === 50_000 ? '' : '0\r\n\r\n', 'FA');
  load.send(one, other, '', 'FA');
}

const name = process.argv[2] ?? '';
const run = loads[name];
if (run === undefined) throw new Error(`no load is called ${name}`);
const load = new Load();
run(load);
process.stdout.write(JSON.stringify(load.report()));
