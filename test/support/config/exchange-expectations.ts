import type { exchangeVariables } from '../../../src/config/exchange-variables.ts';
import type { Expectations } from './expectation.ts';
import { KiB, MiB, wrongSizes } from './value-forms.ts';

export const exchangeExpectations: Expectations<typeof exchangeVariables> = {
  TIMEOUT_AFTER_MS: {
    read: (settings) => settings.exchange.timeoutMs,
    unset: 10_000,
    accepted: [
      ['100', 100],
      ['599999', 599_999],
    ],
    wrong: ['99', '3600001', '10s', '-5', '1e4', '10_000'],
  },
  TIMEOUT_INTERVAL_CHECK: {
    read: (settings) => settings.exchange.timeoutCheckMs,
    unset: 2000,
    accepted: [
      ['100', 100],
      ['60000', 60_000],
    ],
    wrong: ['99', '60001', '2s', 'NaN', 'Infinity'],
  },
  PROGRESS_INTERVAL_S: {
    read: (settings) => settings.exchange.progressIntervalMs,
    unset: 60_000,
    accepted: [
      ['0', 0],
      ['1', 1000],
      ['86400', 86_400_000],
    ],
    wrong: ['-1', '86401', '60s', '0.5'],
  },
  CONNECTION_IDLE_S: {
    read: (settings) => settings.tcp.idleMs,
    unset: 600_000,
    accepted: [
      ['11', 11_000],
      ['86400', 86_400_000],
    ],
    wrong: ['0', '86401', '10m', '1.5'],
  },
  SESSIONS: {
    read: (settings) => settings.sessions,
    unset: ['websocket', 'tunnel', 'connect'],
    accepted: [
      ['connect', ['connect']],
      ['tunnel, connect', ['tunnel', 'connect']],
      ['none', []],
      ['None', []],
      ['all', ['websocket', 'tunnel', 'connect']],
      ['ALL', ['websocket', 'tunnel', 'connect']],
    ],
    wrong: ['false', 'connects', 'none,connect', 'all,connect', 'connect,connect', 'exchange'],
  },
  MAX_CONNECTIONS: {
    read: (settings) => settings.tcp.maxConnections,
    unset: 100_000,
    accepted: [
      ['1', 1],
      ['1000000', 1_000_000],
    ],
    wrong: ['0', '-1', '1000001', '100k', 'unlimited'],
  },
  MAX_BUFFERED: {
    read: (settings) => settings.tcp.maxBufferedBytes,
    unset: 128 * MiB,
    accepted: [
      ['1MiB', MiB],
      ['1048576', MiB],
      ['2MB', 2_000_000],
      ['2 Mi', 2 * MiB],
      ['4gib', 4 * 1024 * MiB],
      ['1GB', 1e9],
    ],
    wrong: ['1048575', '5GiB', ...wrongSizes],
  },
  MAX_BUFFERED_PER_CONNECTION: {
    read: (settings) => settings.tcp.maxBufferedBytesPerConnection,
    unset: MiB,
    accepted: [
      ['64Ki', 64 * KiB],
      ['64MiB', 64 * MiB],
    ],
    wrong: ['15KiB', '2GiB', ...wrongSizes],
  },
  MAX_HEAD: {
    read: (settings) => settings.http.maxHeadBytes,
    unset: 64 * KiB,
    accepted: [
      ['1KiB', KiB],
      ['8kB', 8000],
      ['1MiB', MiB],
    ],
    wrong: ['1023', '1025KiB', ...wrongSizes],
  },
};
