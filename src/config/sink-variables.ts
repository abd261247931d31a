import { sinkNames, sinkVariables as variablesOfSinks } from '../sinks.ts';
import { choice } from './kind.ts';
import { distinctListOf } from './list-kinds.ts';
import { optional } from './variable.ts';

export const sinkVariables = {
  SEND_LOGS_TO: optional(distinctListOf(choice(sinkNames)), {
    unset: '`stdout`; `fluentd` when only a Fluentd host is set',
    meaning: 'where records go; of several, none holds up another',
  }),
  ...variablesOfSinks,
};
