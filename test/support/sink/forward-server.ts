import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { addExtension, pack, Unpackr, UnpackrStream } from 'msgpackr';
import { ownPort } from '../program/own-port.ts';

/** One record as it arrived. */
export type Entry = {
  readonly tag: string;
  readonly chunk: string | undefined;
  /** Microseconds. */
  readonly time: number;
  readonly record: { readonly id: string };
};

export type Answer = (chunk: string | undefined, socket: Socket) => void;

/** The time of an event becomes microseconds. */
addExtension({
  type: 0,
  unpack: (bytes: Uint8Array) => Buffer.from(bytes).readUInt32BE(0) * 1e6 + Buffer.from(bytes).readUInt32BE(4) / 1000,
});

const format = { mapsAsObjects: true, useRecords: false, int64AsType: 'number' } as const;

/** Acknowledges at once, as servers do. */
export const acknowledge: Answer = (chunk, socket) => {
  if (chunk !== undefined) socket.write(pack({ ack: chunk }));
};

/**
 * A forward server that keeps what arrives, and whose answers a test can replace. It reads with a MessagePack library,
 * not with our code.
 */
export class ForwardServer {
  readonly entries: Entry[] = [];
  /** One for each packet, repeated when it was sent again. */
  readonly chunks: string[] = [];
  readonly sockets = new Set<Socket>();
  /** How many connections there have been. */
  connections = 0;
  answer: Answer = acknowledge;
  /** Called with each new connection, before anything is read from it. */
  greet: (socket: Socket) => void = () => {};
  /** Called with the entries of a packet before it is answered. */
  store: (entries: readonly Entry[]) => void = (entries) => void this.entries.push(...entries);
  readonly #tls: TlsOptions | undefined;
  #server: Server | undefined;
  #port = 0;

  constructor(tls?: TlsOptions) {
    this.#tls = tls;
  }

  get port(): number {
    return this.#port;
  }

  ids(): readonly string[] {
    return this.entries.map((entry) => entry.record.id);
  }

  /** On the same port as before, if there was one. */
  async start(port = this.#port, host = '127.0.0.1'): Promise<this> {
    this.#port = port || (await ownPort());
    const server = this.#tls
      ? createTlsServer(this.#tls, (socket) => this.#serve(socket))
      : createServer((socket) => this.#serve(socket));
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, host, resolve);
    });
    this.#server = server;
    return this;
  }

  /** Cuts off every connection with a RST, as a killed process does, and listens no more. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) =>
      this.#server === undefined ? resolve() : this.#server.close(() => resolve()),
    );
    this.reset();
    await closed;
    this.#server = undefined;
  }

  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  #serve(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    const messages = new UnpackrStream(format);
    socket.on('error', () => {});
    messages.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      messages.destroy();
    });
    this.greet(socket);
    messages.on('data', (message: unknown) => {
      if (Array.isArray(message) && Buffer.isBuffer(message[1])) this.#take(message, socket);
    });
    socket.pipe(messages);
  }

  #take([tag, bytes, options]: readonly unknown[], socket: Socket): void {
    const { chunk, compressed } = options as { chunk?: string; compressed?: string };
    const stream = compressed === 'gzip' ? gunzipSync(bytes as Buffer) : (bytes as Buffer);
    const entries =
      stream.length === 0 ? [] : (new Unpackr(format).unpackMultiple(stream) as [number, Entry['record']][]);
    if (chunk !== undefined) this.chunks.push(chunk);
    this.store(entries.map(([time, record]) => ({ tag: String(tag), chunk, time, record })));
    this.answer(chunk, socket);
  }
}
