import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownPort } from '../program/own-port.ts';

/** How long a datagram may take that the kernel has accepted: on loopback it is lost if it does not come at once. */
const longestWaitMs = 10_000;

/** The machine was too busy to take them; the next try may have more luck. */
export class LostDatagramsError extends Error {}

/** A UDP server on loopback that keeps the datagrams it is sent. */
export class RecordingUdpServer {
  port = 0;
  readonly #socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  readonly #received: Buffer[] = [];

  async start(): Promise<this> {
    this.#socket.on('message', (bytes) => this.#received.push(bytes));
    this.port = await ownPort();
    this.#socket.bind(this.port, '127.0.0.1');
    await once(this.#socket, 'listening');
    return this;
  }

  /** So many datagrams, each with a line feed behind it; fails when some were lost on the way. */
  async received(count: number): Promise<Buffer> {
    const deadline = Date.now() + longestWaitMs;
    while (this.#received.length < count && Date.now() < deadline) await sleep(5);
    if (this.#received.length !== count)
      throw new LostDatagramsError(`${this.#received.length} of ${count} datagrams arrived`);
    return Buffer.concat(this.#received.flatMap((bytes) => [bytes, Buffer.from('\n')]));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }
}
