import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { ownPort } from '../program/own-port.ts';

/** A TCP server on loopback that keeps the bytes it is sent; a server behind it may answer them. */
export class RecordingServer {
  port = 0;
  readonly #answering: Server | undefined;
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => this.#take(socket));
  /** The bytes of each connection, in the order in which they were opened. */
  readonly #received: Buffer[][] = [];
  readonly #ends: Promise<unknown>[] = [];
  readonly #sockets = new Set<Socket>();

  constructor(answering?: Server) {
    this.#answering = answering;
  }

  async start(): Promise<this> {
    if (this.#answering !== undefined) {
      this.#answering.listen(0, '127.0.0.1');
      await once(this.#answering, 'listening');
    }
    this.port = await ownPort();
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** All bytes, when the clients have closed their connections. */
  async received(): Promise<Buffer> {
    await Promise.all(this.#ends);
    return Buffer.concat(this.#received.flat());
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of [this.#server, this.#answering]) {
      await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
    }
  }

  #take(client: Socket): void {
    const bytes: Buffer[] = [];
    this.#received.push(bytes);
    this.#ends.push(new Promise((resolve) => client.once('close', resolve)));
    this.#keep(client);
    client.on('data', (chunk: Buffer) => bytes.push(chunk));
    if (this.#answering === undefined) {
      client.on('end', () => client.end());
      return;
    }
    const server = connect({
      port: (this.#answering.address() as AddressInfo).port,
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    this.#keep(server);
    client.pipe(server).pipe(client);
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
