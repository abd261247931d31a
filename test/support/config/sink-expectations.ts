import type { Expectation } from './expectation.ts';

export const sinkExpectations: { readonly SEND_LOGS_TO: Expectation } = {
  SEND_LOGS_TO: {
    read: (settings) => settings.sinks.sendLogsTo,
    unset: ['stdout'],
    with: { FILE_PATH: '/records.log' },
    accepted: [
      ['stdout', ['stdout']],
      ['Fluentd', ['fluentd']],
      ['elasticsearch, logstash,stdout', ['elasticsearch', 'logstash', 'stdout']],
      ['FILE', ['file']],
    ],
    wrong: ['kafka', 'files', 'stdout,kafka', 'stdout,stdout', 'stdout,', 'stdout fluentd'],
  },
};
