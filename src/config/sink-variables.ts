import { elasticsearchVariables } from './elasticsearch-variables.ts';
import { fileVariables } from './file-variables.ts';
import { fluentdVariables } from './fluentd-variables.ts';
import { choice } from './kind.ts';
import { distinctListOf } from './list-kinds.ts';
import { logstashVariables } from './logstash-variables.ts';
import { optional } from './variable.ts';

const sinkNames = distinctListOf(choice(['stdout', 'fluentd', 'logstash', 'elasticsearch', 'file']));

export const sinkVariables = {
  SEND_LOGS_TO: optional(sinkNames, {
    unset: '`stdout`; `fluentd` when only a Fluentd host is set',
    meaning: 'where records go; of several, none holds up another',
  }),
  ...fluentdVariables,
  ...logstashVariables,
  ...elasticsearchVariables,
  ...fileVariables,
};
