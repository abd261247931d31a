import type { LogRecord } from '../record/record.ts';

/** Makes of a record what one kind of server takes. */
export type RecordEncoder = {
  /** What the server needs to know of a record beside its content, such as a tag; absent where that is nothing. */
  readonly key?: (record: LogRecord) => string;
  /** Bytes may be borrowed until the next call. */
  readonly content: (record: LogRecord) => string | Buffer;
};
