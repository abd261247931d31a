import { type SinkName, sinkConflicts, sinkOf } from '../sinks.ts';
import { clientIpProblems } from './client-ip.ts';
import { showWritten } from './env.ts';
import { plainText } from './plain-text.ts';
import { type VariableReading, variables } from './variables.ts';

/** What is wrong, in one sentence; with the sink that it concerns, if it is only one. */
export type Problem = { readonly sentence: string; readonly sink?: SinkName | undefined };

type VariableName = keyof typeof variables;

/** Values that are fine alone but not together. What was refused already is left out. */
export function problemsTogether({ values, given, refused }: VariableReading): readonly Problem[] {
  const problems: Problem[] = [];
  const show = (name: VariableName) => {
    const written = given.get(name);
    return written === undefined
      ? `${name} (default ${plainText(variables[name].shownFallback)})`
      : showWritten(written);
  };
  const forbid = ([one, other]: readonly [VariableName, VariableName], wrong: boolean, rule: string) => {
    if (!wrong || refused.has(one) || refused.has(other)) return;
    problems.push({ sentence: `${show(one)} does not go together with ${show(other)}: ${rule}.`, sink: sinkOf(one) });
  };
  forbid(
    ['MAX_BUFFERED_PER_CONNECTION', 'MAX_BUFFERED'],
    values.MAX_BUFFERED_PER_CONNECTION > values.MAX_BUFFERED,
    'one connection must not be allowed more than all together',
  );
  forbid(
    ['MAX_HEAD', 'MAX_BUFFERED_PER_CONNECTION'],
    values.MAX_HEAD > values.MAX_BUFFERED_PER_CONNECTION,
    'a head must fit into the buffer of its connection',
  );
  forbid(
    ['CONNECTION_IDLE_S', 'TIMEOUT_AFTER_MS'],
    values.CONNECTION_IDLE_S * 1000 <= values.TIMEOUT_AFTER_MS,
    'a connection must not be forgotten before its requests time out',
  );
  for (const name of ['REDACT_HEADERS', 'REDACT_PARAMS'] as const) {
    const both = values.REDACT_EXCEPT.find((exempt) => values[name].includes(exempt));
    forbid(['REDACT_EXCEPT', name], both !== undefined, `"${both}" cannot be redacted and not redacted`);
  }
  const ofSinks = sinkConflicts(values, (name) => given.has(name));
  for (const conflict of ofSinks) if (conflict.kind === 'pair') forbid(conflict.names, true, conflict.rule);
  forbid(
    ['RETRY_MIN_MS', 'RETRY_MAX_MS'],
    given.has('RETRY_MAX_MS') && values.RETRY_MIN_MS > values.RETRY_MAX_MS,
    'the shortest wait must not be longer than the longest',
  );
  forbid(
    ['BATCH_BYTES', 'QUEUE_LIMIT'],
    values.BATCH_BYTES * 2 > values.QUEUE_LIMIT,
    'at least two batches must fit into the queue',
  );
  forbid(
    ['BATCH_BYTES', 'SPOOL_LIMIT'],
    values.SPOOL_DIR !== undefined && values.BATCH_BYTES * 4 > values.SPOOL_LIMIT,
    'at least four batches must fit into the spool',
  );
  problems.push(...clientIpProblems(values).map((sentence) => ({ sentence })));
  problems.push(...ofSinks.filter((conflict) => conflict.kind === 'sentence'));
  return problems;
}
