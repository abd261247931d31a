import { type Libc, SystemCallError } from '../../system/libc.ts';
import type { Log } from '../../telemetry/log.ts';
import { blockTimeoutMs, type PacketSocket, type SocketCapture } from './af-packet.ts';
import { openInterfaceSocket, passingReason } from './interface-socket.ts';
import { nothingFilter } from './packet-filter.ts';
import type { PacketTaker } from './tpacket-ring.ts';

/** Blocks read before the event loop may turn: 2 x 512 KiB are some thousand packets, a few milliseconds. */
const blocksPerTurn = 2;
/** The kernel's timer is late by a tick or two. */
const lastBlockMs = blockTimeoutMs + 30;

export type CaptureContext = SocketCapture & {
  readonly libc: Libc;
  readonly take: PacketTaker;
  /** Packets were read, or nothing happened for a while. */
  readonly batchEnded: () => void;
  readonly dropped: (packets: number) => void;
  /** The kernel refuses what it never should: the capture cannot continue. */
  readonly failed: (error: unknown) => void;
  readonly log: Log;
};

/** Captures one interface for as long as it exists, and again when it comes back. */
export class InterfaceCapture {
  readonly name: string;
  /** Whether the interface has been captured at all. */
  hasCaptured = false;
  readonly #context: CaptureContext;
  #socket: PacketSocket | undefined;
  #closing: Promise<void> | undefined;
  /** The log says that nothing is captured. */
  #waiting = false;

  constructor(name: string, context: CaptureContext) {
    this.name = name;
    this.#context = context;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** Starts to capture if the interface is there; throws a SystemCallError for a failure that is not temporary. */
  open(): void {
    if (this.#socket !== undefined) return;
    const { libc, log } = this.#context;
    try {
      this.#socket = openInterfaceSocket(this.name, libc, this.#context);
    } catch (error) {
      const reason = passingReason(this.name, error);
      if (reason === undefined) throw error;
      this.#wait(reason);
      return;
    }
    this.hasCaptured = true;
    this.#socket.watch(() => this.#enter());
    if (this.#waiting) log.info(`interface ${this.name} is there: capturing`);
    this.#waiting = false;
  }

  /** To be called regularly: counts drops, notices an interface that went away and one that came back. */
  look(): void {
    if (this.#closing !== undefined) return;
    if (this.#socket === undefined) {
      this.open();
      return;
    }
    this.#context.dropped(this.#socket.takeDrops());
    this.#noticeLoss();
  }

  /** Hands over what the kernel has captured until now, then gives everything back. Takes about one block timeout. */
  close(): Promise<void> {
    this.#closing ??= this.#drainAndClose().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  #enter(): void {
    try {
      this.#read();
    } catch (error) {
      this.#context.failed(error);
    }
  }

  #read(): void {
    // The turn may come after the socket was closed.
    if (this.#socket === undefined) return;
    const blocks = this.#socket.ring.drain(blocksPerTurn, this.#context.take);
    if (blocks > 0) this.#context.batchEnded();
    else if (this.#closing === undefined) this.#noticeLoss();
  }

  #noticeLoss(): void {
    const error = this.#socket?.takeError();
    if (error === undefined || error === 0) return;
    // The error is the same for an interface that is deleted, which still has its name for a moment: it is gone once
    // the socket is closed.
    this.close()
      .then(() => this.#wait(this.#context.libc.interfaceIndex(this.name) === 0 ? 'went away' : 'went down'))
      .catch(this.#context.failed);
  }

  async #drainAndClose(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    // The kernel hands over the block it is filling when its timeout has passed.
    refuseMore(socket);
    await new Promise((resolve) => setTimeout(resolve, lastBlockMs));
    this.#socket = undefined;
    socket.ring.drain(this.#context.ring.blockCount, this.#context.take);
    this.#context.batchEnded();
    this.#context.dropped(socket.takeDrops());
    socket.close();
  }

  /** One line of the log for each time that capturing ends or cannot begin. */
  #wait(reason: string): void {
    if (!this.#waiting) this.#context.log.warn(`interface ${this.name} ${reason}: waiting for it`);
    this.#waiting = true;
  }
}

/** Without memory for one more filter, packets keep arriving until the socket is closed, which does no harm. */
function refuseMore(socket: PacketSocket): void {
  try {
    socket.attach(nothingFilter());
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
  }
}
