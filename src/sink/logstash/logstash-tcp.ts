import type { Batch } from '../batch.ts';
import { LineConnection, type LineConnectionSettings } from '../client/line-connection.ts';
import type { CheckResult, SendOutcome, Transport } from '../transport.ts';
import { eventLines } from './line-encoder.ts';
import type { EventShape } from './record-field.ts';

/**
 * JSON lines to Logstash's `tcp` input (codec `json_lines`), over TCP or TLS. The input never answers: what was on its
 * way when a connection breaks is sent again, and what the server had read but not processed is lost
 * unnoticed.
 */
export class LogstashTcpTransport implements Transport {
  /**
   * Bytes of one connection keep their order and end together, so only memory limits how many may wait to be settled.
   */
  readonly inFlight = 64;
  readonly #settings: LineConnectionSettings;
  readonly #shape: EventShape;
  #connection: LineConnection | undefined;
  #isClosed = false;

  constructor(settings: LineConnectionSettings, shape: EventShape) {
    this.#settings = settings;
    this.#shape = shape;
  }

  async send(batch: Batch): Promise<SendOutcome> {
    if (this.#isClosed) return { kind: 'retry', reason: 'the process is ending' };
    if (this.#connection?.isOpen !== true) this.#connection = new LineConnection(this.#settings);
    const connection = this.#connection;
    const failure = (await connection.opened) ?? (await connection.send(eventLines(batch, this.#shape)));
    return failure ?? { kind: 'delivered' };
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close('the process is ending');
  }

  async check(): Promise<CheckResult> {
    const connection = new LineConnection(this.#settings);
    // Over TLS 1.3 the server may refuse the client after the connection is open.
    const failure = (await connection.opened) ?? (await connection.settled());
    connection.close('the check is over');
    if (failure !== undefined) return { isFine: false, sentence: failure.reason };
    const { place } = this.#shape;
    return {
      isFine: true,
      sentence: `${connection.name} takes connections; nothing acknowledges records over tcp; ${place}`,
    };
  }
}
