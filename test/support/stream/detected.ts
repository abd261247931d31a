import { createProtocols } from '../../../src/protocols.ts';
import { ProtocolDetector } from '../../../src/stream/protocol-detector.ts';
import type { Side } from '../../../src/tcp/stream.ts';
import { Playbook, type PlaybookOptions } from '../http1/playbook.ts';

/** A connection whose protocol is to be found out. */
export function detect(options: PlaybookOptions = {}): Playbook {
  return new Playbook({
    ...options,
    listen: (connection, context) =>
      new ProtocolDetector(connection, {
        protocols: Object.values(createProtocols(context)),
        counters: context.counters,
        isOwn: () => false,
      }),
  });
}

/** What a connection says: bytes of the client and of the server in turn. */
export type Talk = readonly (string | Buffer)[];

/** Says all of it, in pieces of at most this size. */
export function play(talk: Talk, size = Number.POSITIVE_INFINITY): Playbook {
  const playbook = detect();
  talk.forEach((said, index) => {
    const bytes = typeof said === 'string' ? Buffer.from(said, 'latin1') : said;
    const side: Side = index % 2 === 0 ? 0 : 1;
    for (let at = 0; at < bytes.length; at += size)
      playbook.data(side, bytes.subarray(at, Math.min(bytes.length, at + size)));
  });
  return playbook;
}
