import { HttpClient } from '../client/http-client.ts';
import { endpointName, type ServerEndpoint, type ServerTls } from '../client/server-socket.ts';
import type { OwnTraffic } from '../own-traffic.ts';
import type { Transport } from '../transport.ts';
import { LogstashHttpTransport } from './logstash-http.ts';
import { LogstashTcpTransport } from './logstash-tcp.ts';
import { LogstashUdpTransport } from './logstash-udp.ts';
import { type EventShape, recordAsEvent, recordInField } from './record-field.ts';

export type LogstashSettings = {
  readonly type: 'tcp' | 'udp' | 'http';
  readonly server: ServerEndpoint;
  /** Datagrams a second. */
  readonly udpRate: number;
  /** For a request over http; for a server that takes nothing over tcp. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** How long a connection must outlive what was sent on it, over tcp. */
  readonly settleMs: number;
  readonly tls: ServerTls | undefined;
  /** The field of an event that a record is in; undefined where the record is the event. */
  readonly field: string | undefined;
  /** Over http. */
  readonly credentials: { readonly user: string; readonly password: string } | undefined;
};

/** The way into one of Logstash's inputs. */
export function createLogstashTransport(settings: LogstashSettings, ownTraffic: OwnTraffic): Transport {
  const { type, server, tls, timeoutMs, udpRate } = settings;
  const shape = eventShape(settings);
  switch (type) {
    case 'tcp':
      return new LogstashTcpTransport({ ...settings, stallTimeoutMs: timeoutMs, ownTraffic }, shape);
    case 'udp':
      return new LogstashUdpTransport({ server, rate: udpRate, shape });
    case 'http': {
      const baseUrl = `${tls === undefined ? 'http' : 'https'}://${endpointName(server)}`;
      const headers = { 'user-agent': 'kubernetes-internal-http-logger', ...authorization(settings) };
      return new LogstashHttpTransport(new HttpClient({ baseUrl, headers, tls, timeoutMs, ownTraffic }), shape);
    }
  }
}

export function eventShape({ field }: Pick<LogstashSettings, 'field'>): EventShape {
  return field === undefined ? recordAsEvent : recordInField(field);
}

function authorization({ credentials }: LogstashSettings): { readonly authorization?: string } {
  if (credentials === undefined) return {};
  const { user, password } = credentials;
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
