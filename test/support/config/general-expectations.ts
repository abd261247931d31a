import type { generalVariables } from '../../../src/config/general-variables.ts';
import type { Expectations } from './expectation.ts';

export const generalExpectations: Expectations<typeof generalVariables> = {
  MODE: {
    read: (settings) => settings.mode,
    unset: 'prod',
    accepted: [
      ['prod', 'prod'],
      ['debug', 'debug'],
      ['Development', 'development'],
    ],
    wrong: ['production', 'prod,debug', '0'],
  },
  SUMMARY_INTERVAL_S: {
    read: (settings) => settings.telemetry.summaryIntervalMs,
    unset: 60_000,
    accepted: [
      ['0', 0],
      ['86400', 86_400_000],
    ],
    wrong: ['86401', '-1', '1m', '0.5', 'off'],
  },
  STDIN_TIMEOUT_S: {
    read: (settings) => settings.stdinTimeoutMs,
    unset: 0,
    accepted: [
      ['0', 0],
      ['60', 60_000],
    ],
    wrong: ['86401', '-1', '1m', '0.5', 'off'],
  },
};
