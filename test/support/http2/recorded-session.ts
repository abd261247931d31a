import http2 from 'node:http2';
import { Duplex } from 'node:stream';
import type { Side } from '../../../src/tcp/stream.ts';

/** What one side of a session wrote at once, in the order in which it was written. */
export type Written = { readonly side: Side; readonly bytes: Buffer };

/** Two ends of a connection in memory; what is written is noted. */
function connectedPair(written: Written[]): readonly [Duplex, Duplex] {
  const ends: Duplex[] = ([0, 1] as const).map(
    (side) =>
      new Duplex({
        read() {},
        write(bytes: Buffer, _encoding, done) {
          written.push({ side, bytes: Buffer.from(bytes) });
          ends[1 - side]?.push(bytes);
          setImmediate(done);
        },
        final(done) {
          ends[1 - side]?.push(null);
          done();
        },
      }),
  );
  return [ends[0] as Duplex, ends[1] as Duplex];
}

/**
 * Everything that node's client and server write while `talk` uses the client. Side 0 is the client; its stream of
 * bytes begins with the preface.
 */
export async function recordedSession(
  answer: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
  talk: (client: http2.ClientHttp2Session, written: readonly Written[]) => Promise<void>,
  options: { readonly server?: http2.ServerOptions; readonly client?: http2.ClientSessionOptions } = {},
): Promise<readonly Written[]> {
  const written: Written[] = [];
  const [clientEnd, serverEnd] = connectedPair(written);
  const server = http2.createServer(options.server ?? {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    answer(stream, headers);
  });
  server.on('session', (session) => session.on('error', () => {}));
  server.emit('connection', serverEnd);
  const client = http2.connect('http://shop.example', { ...options.client, createConnection: () => clientEnd });
  client.on('error', () => {});
  await talk(client, written);
  await new Promise<void>((resolve) => client.close(resolve));
  return written;
}

/** Waits for the whole answer; rejects when the stream is reset. */
export function answered(stream: http2.ClientHttp2Stream, body?: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.setEncoding('latin1');
    stream.on('data', (part) => {
      text += part;
    });
    stream.on('error', reject);
    stream.on('close', () => resolve(text));
    stream.end(body);
  });
}
