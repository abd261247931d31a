import type { ReceiverProtocol } from './receiver-protocols.ts';

export type MeasuredSink = {
  readonly name: string;
  /** What its log server speaks. */
  readonly protocol: ReceiverProtocol;
  /** The variables that choose it; `place` is the port of its server on the loopback interface, or a path. */
  readonly env: (place: string) => Readonly<Record<string, string>>;
  /** Records count as delivered when the server has said so: none may be missing there. */
  readonly isAcknowledged?: true;
  /** It writes to a file, which is read when it is complete. */
  readonly isFile?: true;
};

/**
 * The table of sinks that are measured. To measure one more, add a row; what the program does not have is left out and
 * named.
 */
export const measuredSinks: readonly MeasuredSink[] = [
  { name: 'stdout', protocol: 'path', env: () => ({}) },
  {
    name: 'fluentd',
    protocol: 'forward',
    env: (port) => ({ SEND_LOGS_TO: 'fluentd', FLUENTD_HOST: '127.0.0.1', FLUENTD_PORT: port }),
    isAcknowledged: true,
  },
  {
    name: 'elasticsearch',
    protocol: 'bulk',
    env: (port) => ({ SEND_LOGS_TO: 'elasticsearch', ELASTICSEARCH_HOST: '127.0.0.1', ELASTICSEARCH_PORT: port }),
    isAcknowledged: true,
  },
  { name: 'logstash tcp', protocol: 'tcp', env: (port) => logstash('tcp', port) },
  { name: 'logstash udp', protocol: 'udp', env: (port) => logstash('udp', port) },
  { name: 'logstash http', protocol: 'http', env: (port) => logstash('http', port), isAcknowledged: true },
  {
    name: 'file',
    protocol: 'path',
    // It is read back as one.
    env: (path) => ({ SEND_LOGS_TO: 'file', FILE_PATH: path, FILE_ROTATE_SIZE: '1GiB' }),
    isFile: true,
  },
];

function logstash(type: string, port: string): Readonly<Record<string, string>> {
  return { SEND_LOGS_TO: 'logstash', LOGSTASH_TYPE: type, LOGSTASH_HOST: '127.0.0.1', LOGSTASH_PORT: port };
}
