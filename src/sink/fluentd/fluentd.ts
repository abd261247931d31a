import { randomBytes } from 'node:crypto';
import type { Batch } from '../batch.ts';
import type { ServerEndpoint } from '../client/server-socket.ts';
import type { CheckResult, SendOutcome, Transport } from '../transport.ts';
import { type ConnectionSettings, FluentdConnection } from './fluentd-connection.ts';
import { createPackets, createProbe, type PacketOptions } from './fluentd-packet.ts';
import { FluentdServers } from './fluentd-servers.ts';

export type FluentdSettings = ConnectionSettings & {
  /** In order of preference. */
  readonly servers: readonly ServerEndpoint[];
  /** May have the placeholders of `tagPlaceholders`. */
  readonly tag: string;
  readonly compress: PacketOptions['compress'];
  /** How long a server that failed is left alone while another one works. */
  readonly comeBackMs: number;
};

/**
 * Fluentd drops packets above its `chunk_size_limit` without a word, so ours stay at 1 MiB, well below what is
 * usually set there. What a packet adds to its records is less than this leaves.
 */
export const maxBatchBytes = 1024 * 1024 - 256;

/** Forward protocol v1 (github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1), over TCP or TLS. */
export class FluentdTransport implements Transport {
  readonly #settings: FluentdSettings;
  readonly #servers: FluentdServers;

  constructor(settings: FluentdSettings) {
    this.#settings = settings;
    this.#servers = new FluentdServers(settings.servers, settings, settings.comeBackMs);
  }

  async send(batch: Batch): Promise<SendOutcome> {
    if (batch.bytes.length > maxBatchBytes) return { kind: 'too-large' };
    const connection = await this.#servers.connection();
    if ('kind' in connection) return connection;
    const packets = createPackets(batch, this.#settings);
    const failures = await Promise.all(packets.map((packet) => connection.send(packet)));
    const failure = failures.find((found) => found !== undefined);
    if (failure === undefined) return { kind: 'delivered' };
    this.#servers.failed(connection);
    if (failures.every((found) => found !== undefined)) return failure;
    const again = packets.flatMap((packet, index) => (failures[index] === undefined ? [] : packet.indexes));
    return { kind: 'mixed', duplicates: 0, retry: again, rejected: [], reason: failure.reason };
  }

  close(): void {
    this.#servers.close();
  }

  async check(): Promise<CheckResult> {
    const found = await Promise.all(this.#settings.servers.map((server) => this.#checkServer(server)));
    return { isFine: found.some((one) => one.isFine), sentence: found.map((one) => one.sentence).join('; ') };
  }

  async #checkServer(server: ServerEndpoint): Promise<CheckResult> {
    const connection = new FluentdConnection(server, this.#settings);
    const tag = this.#settings.tag.replace(/%\{\w+\}/g, 'check');
    const probe = createProbe(tag, randomBytes(16).toString('base64'));
    const failure = (await connection.opened) ?? (this.#settings.acks ? await connection.send(probe) : undefined);
    connection.close('the check is over');
    if (failure !== undefined) return { isFine: false, sentence: failure.reason };
    const traits = [...connection.traits, this.#settings.acks ? 'acknowledges' : 'not asked to acknowledge'];
    return { isFine: true, sentence: `${connection.name} is there: ${traits.join(', ')}` };
  }
}
