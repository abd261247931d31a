import type { LogRecord } from '../../../src/record/record.ts';
import { schemas } from '../../../src/record/schema/schema.ts';
import { type FluentdSettings, FluentdTransport } from '../../../src/sink/fluentd/fluentd.ts';
import { createEntryEncoder } from '../../../src/sink/fluentd/fluentd-packet.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';

/** Short waits; everything else as by default. */
export function fluentdSettings(ports: readonly number[], changes: Partial<FluentdSettings> = {}): FluentdSettings {
  return {
    servers: ports.map((port) => ({ host: '127.0.0.1', port })),
    tag: 'k8s-internal-networking',
    compress: 'none',
    acks: true,
    ackTimeoutMs: 500,
    connectTimeoutMs: 1000,
    comeBackMs: 200,
    tls: undefined,
    credentials: undefined,
    ownTraffic: new OwnTraffic(),
    ...changes,
  };
}

export function fluentdTransport(ports: readonly number[], changes: Partial<FluentdSettings> = {}): FluentdTransport {
  return new FluentdTransport(fluentdSettings(ports, changes));
}

export const encodeFlat: (record: LogRecord) => Buffer = createEntryEncoder(schemas.flat, 'k8s-internal-networking');
