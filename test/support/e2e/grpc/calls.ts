// The calls that every client makes, one after the other, and what every server answers to them. Messages are bytes
// that nobody generates code for; all of them are a `google.protobuf.BytesValue` for those who must have a type.

export const service = 'peers.Peer';

/** What a client prints of each call, as JSON: the status as it saw it, and the messages of its application. */
export type CallReport = {
  readonly method: Method;
  readonly status: number;
  readonly message: string;
  readonly sent: number;
  readonly received: number;
  readonly sent_bytes: number;
  readonly received_bytes: number;
};

export type Method = keyof typeof calls;

/** Status and messages of each call: without these, a client that makes none of them would pass. */
export const calls = {
  /** Echoes one message. */
  Echo: { status: 0, sent: 1, received: 1 },
  /** The same, and sends what it finds in `metadata` back as headers and as trailers. */
  Annotate: { status: 0, sent: 1, received: 1 },
  /** Answers with NOT_FOUND and `failure`. */
  Fail: { status: 5, sent: 1, received: 0 },
  /** Echoes a message of 1 MiB. */
  Large: { status: 0, sent: 1, received: 1 },
  /** Takes many messages and answers with the last one. */
  Collect: { status: 0, sent: 5, received: 1 },
  /** Answers five times. */
  Spread: { status: 0, sent: 1, received: 5 },
  /** Echoes each message, which the client waits for before it sends the next one. */
  Chat: { status: 0, sent: 5, received: 5 },
  /** Never answers: the client has a deadline of 200 ms. */
  Silence: { status: 4, sent: 1, received: 0 },
  /** As `Chat`, but the client cancels the call in the middle; the server does not end it. */
  Leave: { status: 1, sent: 2, received: 2 },
  /** There is no such method. */
  Missing: { status: 12, sent: 1, received: 0 },
} as const;

export const deadlineMs = 200;
export const failure = 'no “Zürich” here at 100 %';
/** Of the call `Annotate`. */
export const metadata = {
  text: ['x-text', 'plain words'],
  binary: ['x-data-bin', Buffer.from([0, 1, 254, 255])],
} as const;

const field = 0x0a;

/** The n-th message of a call. */
export function message(index: number): Buffer {
  const text = Buffer.from(`message ${index}`);
  return Buffer.concat([Buffer.of(field, text.length), text]);
}

/** 1 MiB, whose length takes three bytes. */
export const largeMessage = Buffer.concat([Buffer.of(field, 0x80, 0x80, 0x40), Buffer.alloc(1024 * 1024, 'x')]);
