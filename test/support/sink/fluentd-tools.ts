import { createEntryEncoder } from '../../../src/sink/fluentd/entry-encoder.ts';
import { type FluentdSettings, FluentdTransport } from '../../../src/sink/fluentd/fluentd.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { toSchema } from '../record/to-schema.ts';

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

export const flatEncoder = createEntryEncoder(toSchema.flat, 'k8s-internal-networking');
