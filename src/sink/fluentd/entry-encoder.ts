import type { LogRecord } from '../../record/record.ts';
import type { SchemaRecord } from '../../record/schema/schema-record.ts';
import type { RecordEncoder } from '../record-encoder.ts';
import { MessagePackWriter } from './fluentd-message-pack.ts';
import { createTagger } from './fluentd-tag.ts';

/** Makes the entry `[EventTime, record]` of a record, whose key is its tag. Bytes are borrowed until the next call. */
export function createEntryEncoder(toSchema: (record: LogRecord) => SchemaRecord, tagTemplate: string): RecordEncoder {
  const writer = new MessagePackWriter();
  return {
    key: createTagger(tagTemplate),
    content: (record) => {
      const seconds = Math.floor(record.startTime / 1e6);
      const isInRange = seconds >= 0 && seconds <= 0xffff_ffff;
      // What a record that could not be encoded left behind is cleared away, too.
      writer.clear().arrayHead(2);
      if (isInRange) writer.eventTime(seconds, Math.floor((record.startTime - seconds * 1e6) * 1000));
      // Years before 1970 and after 2106 occur in odd capture files; a plain number is a time as well, for servers that
      // can take it.
      else writer.number(seconds);
      return writer.value(toSchema(record)).bytes();
    },
  };
}
