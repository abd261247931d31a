import { formatPretty } from '../../record/pretty.ts';
import type { LogRecord } from '../../record/record.ts';
import type { Output } from '../output.ts';
import type { SinkContext } from '../sink-context.ts';
import { StdoutSink } from './stdout.ts';

const standardOutput = 1;

/** JSON for programs, or lines for people. */
export function openStdout({ encodings, reader: { pretty, onClosed } }: SinkContext): Output {
  const { toJson } = encodings;
  const encode =
    pretty === undefined ? toJson : (record: LogRecord) => formatPretty(record, pretty.colour, pretty.width());
  return {
    kind: 'records',
    open: (queueBytes) => new StdoutSink({ descriptor: standardOutput, queueBytes }, encode, onClosed),
    check: () => ({ isFine: true, sentence: 'standard output' }),
  };
}
