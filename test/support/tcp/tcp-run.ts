import assert from 'node:assert/strict';
import { LinkType, type PacketDirection } from '../../../src/capture/frame.ts';
import { Decoder } from '../../../src/packet/decode.ts';
import type { Attempt, AttemptEnd, AttemptListener } from '../../../src/tcp/attempt.ts';
import type { ConnectionLimits } from '../../../src/tcp/connection-limits.ts';
import { ConnectionTable } from '../../../src/tcp/connection-table.ts';
import type { Chunk, CloseReason, ConnectionHandle, Side, StreamListener } from '../../../src/tcp/stream.ts';
import { type Counters, createCounters } from '../../../src/telemetry/counters.ts';

export const roomyLimits: ConnectionLimits = {
  maxConnections: 1000,
  maxBufferedBytes: 1 << 26,
  maxBufferedBytesPerConnection: 1 << 24,
  idleMs: 600_000,
};

export type Heard =
  | {
      readonly type: 'data';
      readonly side: Side;
      readonly bytes: Buffer;
      readonly sequence: number;
      readonly acknowledgment: number | undefined;
      readonly time: number;
    }
  | { readonly type: 'gap'; readonly side: Side; readonly bytes: number | undefined; readonly time: number }
  | { readonly type: 'end'; readonly side: Side; readonly time: number }
  | { readonly type: 'close'; readonly reason: CloseReason; readonly time: number };

/** What the listener of a test does beside listening; may throw. */
export type Reaction = (heard: Heard, connection: RecordedConnection) => void;

/** Hears one connection and checks that the calls come in the order that `StreamListener` promises. */
export class RecordedConnection implements StreamListener {
  readonly handle: ConnectionHandle;
  readonly heard: Heard[] = [];
  closed: CloseReason | undefined;
  ignored = false;
  readonly #react: Reaction;
  readonly #ended = [false, false];
  readonly #times = [0, 0];

  constructor(handle: ConnectionHandle, react: Reaction) {
    this.handle = handle;
    this.#react = react;
  }

  ignore(): void {
    this.ignored = true;
    this.handle.handOn('ignored');
  }

  data(side: Side, { bytes, start, end, ...place }: Chunk): void {
    assert.ok(end > start, 'a chunk is not empty');
    this.#hear(side, { type: 'data', side, bytes: Buffer.from(bytes.subarray(start, end)), ...place });
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    assert.ok(bytes === undefined || bytes > 0, 'a gap is not empty');
    this.#hear(side, { type: 'gap', side, bytes, time });
  }

  end(side: Side, time: number): void {
    this.#hear(side, { type: 'end', side, time });
    this.#ended[side] = true;
  }

  close(reason: CloseReason, time: number): void {
    assert.equal(this.closed, undefined, 'a connection is closed once');
    this.closed = reason;
    this.heard.push({ type: 'close', reason, time });
    this.#react({ type: 'close', reason, time }, this);
  }

  /** All bytes of one side. */
  bytes(side: Side): Buffer {
    return Buffer.concat(
      this.heard.flatMap((heard) => (heard.type === 'data' && heard.side === side ? [heard.bytes] : [])),
    );
  }

  /** One line per event; adjacent data of one side is one. */
  get story(): string[] {
    const lines: string[] = [];
    let previous = '';
    for (const heard of this.heard) {
      const next = heard.type === 'close' ? 'close' : `${heard.side} ${heard.type}`;
      if (heard.type === 'data' && next === previous) lines.push(`${lines.pop()}${heard.bytes.toString('latin1')}`);
      else lines.push(`${next}${detail(heard)}`);
      previous = next;
    }
    return lines;
  }

  #hear(side: Side, heard: Exclude<Heard, { type: 'close' }>): void {
    assert.equal(this.closed, undefined, `${heard.type} after close`);
    assert.equal(this.#ended[side], false, `${heard.type} after the end of side ${side}`);
    assert.equal(this.ignored, false, `${heard.type} of an ignored connection`);
    assert.ok(heard.time >= (this.#times[side] ?? 0), 'the time of a side never decreases');
    this.#times[side] = heard.time;
    this.heard.push(heard);
    this.#react(heard, this);
  }
}

function detail(heard: Heard): string {
  if (heard.type === 'data') return ` ${heard.bytes.toString('latin1')}`;
  if (heard.type === 'gap') return ` ${heard.bytes ?? '?'}`;
  return heard.type === 'close' ? ` ${heard.reason}` : '';
}

export type FailedAttempt = AttemptEnd & Pick<Attempt, 'startTime' | 'sequence'> & { readonly client: string };

export type RunOptions = {
  readonly limits?: Partial<ConnectionLimits>;
  readonly react?: Reaction;
  /** Before the listener of a connection is made; may throw. */
  readonly beforeOpen?: () => void;
};

/** Feeds IP packets to a connection table of its own and records what each connection's listener hears. */
export class TcpRun {
  readonly counters: Counters = createCounters();
  readonly connections: RecordedConnection[] = [];
  readonly failures: unknown[] = [];
  /** Those that did not come up, by address and port of their client. */
  readonly attempts: FailedAttempt[] = [];
  readonly table: ConnectionTable;
  readonly limits: ConnectionLimits;
  readonly #decoder: Decoder;

  constructor({ limits = {}, react = () => {}, beforeOpen = () => {} }: RunOptions = {}) {
    this.limits = { ...roomyLimits, ...limits };
    const open = (handle: ConnectionHandle) => {
      beforeOpen();
      const connection = new RecordedConnection(handle, react);
      this.connections.push(connection);
      return connection;
    };
    const onFailure = (error: unknown) => this.failures.push(error);
    const attempts: AttemptListener = {
      timeoutMs: 10_000,
      failed: ({ connection, startTime, sequence }, { outcome, time }) => {
        const client = `${connection.address(0)}:${connection.port(0)}`;
        this.attempts.push({ client, outcome, startTime, time, sequence });
      },
    };
    this.table = new ConnectionTable(this.limits, this.counters, { seed: 1, open, onFailure, attempts });
    this.#decoder = new Decoder(this.counters, {
      decapsulates: false,
      deliver: (segment) => this.table.segment(segment),
      refuse: (segment) => this.table.refuse(segment),
    });
  }

  /**
   * The packet's bytes are borrowed: they are overwritten right afterwards. `captured` truncates them as a snap length
   * does.
   */
  packet(ipPacket: Buffer, time: number, captured = ipPacket.length, direction?: PacketDirection): void {
    const bytes = Buffer.from(ipPacket.subarray(0, captured));
    const frame = { bytes, start: 0, end: bytes.length, wireLength: ipPacket.length, time, linkType: LinkType.raw };
    this.counters.frames_received++;
    this.#decoder.frame({ ...frame, direction });
    bytes.fill(0xee);
    this.#checkLimits();
  }

  tick(now: number): void {
    this.#decoder.tick(now);
    this.table.tick(now);
    this.#checkLimits();
  }

  /** Ends the capture and checks that nothing is left and that everything is counted. */
  close(): this {
    this.table.close();
    assert.equal(this.table.bufferedBytes, 0, 'no bytes are held');
    assert.equal(this.table.openConnections, 0, 'no connection is open');
    assertConserved(this.counters);
    return this;
  }

  /** The only connection there was. */
  get connection(): RecordedConnection {
    const [connection] = this.connections;
    assert.equal(this.connections.length, 1, 'one connection');
    return connection as RecordedConnection;
  }

  /** Why each connection has ended, if it has. */
  get endings(): readonly (CloseReason | undefined)[] {
    return this.connections.map(({ closed }) => closed);
  }

  #checkLimits(): void {
    assert.ok(this.table.bufferedBytes >= 0, 'held bytes are not negative');
    assert.ok(this.table.bufferedBytes <= this.limits.maxBufferedBytes, 'held bytes stay under their limit');
    assert.ok(this.table.openConnections <= this.limits.maxConnections, 'connections stay under their limit');
  }
}

/** Every payload byte ends in one counter, every connection in one end reason. */
export function assertConserved(counters: Counters): void {
  const { payload_bytes_delivered, payload_bytes_duplicate, payload_bytes_ignored } = counters;
  const { payload_bytes_dropped_closed, payload_bytes_unaccepted } = counters;
  assert.equal(
    payload_bytes_delivered +
      payload_bytes_duplicate +
      payload_bytes_ignored +
      payload_bytes_dropped_closed +
      payload_bytes_unaccepted,
    counters.payload_bytes_received,
    `payload bytes add up: ${JSON.stringify(counters)}`,
  );
  const { connections_finished, connections_reset, connections_replaced, connections_redirected } = counters;
  const ends = connections_finished + connections_reset + connections_replaced + connections_redirected;
  const forgotten =
    counters.connections_idle + counters.connections_evicted_count + counters.connections_evicted_memory;
  assert.equal(
    ends + forgotten + counters.connections_shutdown + counters.connections_failed,
    counters.connections_opened,
    'connections add up',
  );
}
