import { choice } from './kind.ts';
import { integer } from './number-kinds.ts';
import { variable } from './variable.ts';

export const generalVariables = {
  MODE: variable(choice(['prod', 'debug', 'development']), {
    default: 'prod',
    meaning:
      '`debug`: verbose diagnostics on stderr; `development`: listens on loopback, prints records for people, ' +
      'with demo traffic of its own until it is stopped',
  }),
  SUMMARY_INTERVAL_S: variable(integer(0, 86_400, 's'), {
    default: '60',
    meaning: 'how often one line on stderr sums up what was seen, logged and lost; `0` turns it off',
  }),
  STDIN_TIMEOUT_S: variable(integer(0, 86_400, 's'), {
    default: '0',
    meaning:
      'a live capture ends when standard input ends, or when nothing has come from it for this long: for a container ' +
      'that is only there to be watched, which hears nothing of a `kubectl` that is gone (`deploy/debug.sh`). `0`: ' +
      'standard input does not matter',
  }),
};
