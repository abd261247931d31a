import type { Expectation } from './expectation.ts';

export const KiB = 1024;
export const MiB = 1024 * KiB;

export const booleans: Expectation['accepted'] = [
  ...['true', 'TRUE', '1', 'yes', 'on', 'On'].map((text) => [text, true] as const),
  ...['false', 'False', '0', 'no', 'off', 'OFF'].map((text) => [text, false] as const),
];
export const wrongPorts = [
  '0',
  '65536',
  '-1',
  '1.5',
  '80a',
  '0x50',
  '1e3',
  'tcp://logstash:5000',
  'http://10.0.0.1:80',
];
export const ports: Expectation['accepted'] = [
  ['1', 1],
  ['65535', 65_535],
  [' 80 ', 80],
];
export const wrongHosts = [
  'http://h',
  'h:80',
  'a b',
  'a..b',
  '-a',
  'a-',
  '1.2.3',
  '999.1.1.1',
  '[1.2.3.4]',
  'fe80::1%eth0',
  '.',
  'a/b',
];
export const hosts: Expectation['accepted'] = [
  ['fluentd.logging.svc.cluster.local', 'fluentd.logging.svc.cluster.local'],
  ['log_server', 'log_server'],
  ['example.org.', 'example.org.'],
  ['10.0.0.1', '10.0.0.1'],
  ['::1', '::1'],
  ['[fd00::1]', 'fd00::1'],
];
export const wrongSizes = ['many', '-1', '1.5MiB', '64m', '64 k', 'MiB', '1TiB', '64KiBs', '999999999999999999'];

export function text(read: Expectation['read']): Expectation {
  return { read, unset: undefined, accepted: [['cart-7f9c-x2', 'cart-7f9c-x2']], wrong: [] };
}
