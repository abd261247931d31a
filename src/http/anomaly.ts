/** What can be odd about a message that can be read all the same: the words that records say (docs/records.md). */
export type Anomaly =
  | 'request_line'
  | 'status_line'
  | 'bare_lf'
  | 'obs_fold'
  | 'field_line'
  | 'invalid_length'
  | 'conflicting_length'
  | 'length_and_chunked'
  | 'invalid_transfer_coding'
  | 'invalid_chunk'
  | 'truncated_head'
  | 'too_many_fields';

/** Of nearly all messages. */
export const noAnomalies: readonly Anomaly[] = [];
