const timeStart = Buffer.from('{"@timestamp":"');
const objectEnd = Buffer.from('}');
const quote = 0x22;
const comma = 0x2c;

/** The document that is sent for the one of a record. */
export type EventShape = {
  readonly event: (document: Buffer) => Buffer;
  /** How much longer it is. */
  readonly addedBytes: number;
  /** Where the record is in it, in words. */
  readonly place: string;
};

/** A record is an event as it is. */
export const recordAsEvent: EventShape = {
  event: (document) => document,
  addedBytes: 0,
  place: 'records are events as they are',
};

/**
 * A record is one field of an event, beside its time. Logstash's `http` input sets fields of the request that brought
 * an event (`host`, `url`, `http`, `user_agent`, `headers`) whatever was there, and its `udp` input fails to set
 * `[host][ip]` where `host` is a text. Documents stay as they are until they are sent, so that a spool can go anywhere.
 */
export function recordInField(field: string): EventShape {
  const start = Buffer.from(`"${field}":{`);
  const addedBytes = start.length + 1;
  return {
    addedBytes,
    place: `records are in the field ${field} of events`,
    event: (document) => {
      const at = endOfTime(document);
      const head = document.subarray(0, at);
      return Buffer.concat([head, start, document.subarray(at), objectEnd], document.length + addedBytes);
    },
  };
}

/** Behind the brace that begins the document, or behind the comma after its time. */
function endOfTime(document: Buffer): number {
  if (!document.subarray(0, timeStart.length).equals(timeStart)) return 1;
  const end = document.indexOf(quote, timeStart.length) + 1;
  return document[end] === comma ? end + 1 : 1;
}
