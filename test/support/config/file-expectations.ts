import type { fileVariables } from '../../../src/sink/file/variables.ts';
import type { Expectations } from './expectation.ts';
import { booleans, MiB, wrongSizes } from './value-forms.ts';

export const fileExpectations: Expectations<typeof fileVariables> = {
  FILE_PATH: {
    read: (settings) => settings.sinks.file.path,
    unset: undefined,
    accepted: ['/var/log/http/records.log', 'records.log', '/dev/stdout', `/logs/${'x'.repeat(220)}`].map((path) => [
      path,
      path,
    ]),
    wrong: ['/var/log/', '/var/log/.', '..', '/', `/logs/${'x'.repeat(221)}`, `/logs/${'é'.repeat(111)}`, '/a\0b'],
  },
  FILE_ROTATE_SIZE: {
    read: (settings) => settings.sinks.file.rotateBytes,
    unset: 100 * MiB,
    with: { FILE_PATH: '/records.log' },
    accepted: [
      ['1MiB', MiB],
      ['10MB', 10_000_000],
      ['64GiB', 64 * 1024 * MiB],
    ],
    wrong: ['1023KiB', '65GiB', '0', ...wrongSizes],
  },
  FILE_ROTATE_AGE_S: {
    read: (settings) => settings.sinks.file.rotateAgeMs,
    unset: 86_400_000,
    with: { FILE_PATH: '/records.log' },
    accepted: [
      ['0', 0],
      ['1', 1000],
      ['31536000', 31_536_000_000],
    ],
    wrong: ['-1', '31536001', '1d', 'daily'],
  },
  FILE_KEEP: {
    read: (settings) => settings.sinks.file.keep,
    unset: 5,
    with: { FILE_PATH: '/records.log' },
    accepted: [
      ['1', 1],
      ['10000', 10_000],
    ],
    wrong: ['0', '10001', 'all', '-1'],
  },
  FILE_GZIP: {
    read: (settings) => settings.sinks.file.gzip,
    unset: false,
    with: { FILE_PATH: '/records.log' },
    accepted: booleans,
    wrong: ['gzip', '9'],
  },
};
