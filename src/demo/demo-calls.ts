import { type ClientHttp2Session, connect, createServer, type Http2Server } from 'node:http2';
import { type AddressInfo, connect as connectSocket } from 'node:net';

/** Whom a call is made by and to. */
export type DemoWay = { readonly from: string; readonly to: string; readonly port: number; readonly authority: string };

/** One byte of flags and four of length, and a message. */
const envelope = (message: string) => {
  const bytes = Buffer.alloc(5 + message.length);
  bytes.writeUInt32BE(message.length, 1);
  bytes.write(message, 5, 'latin1');
  return bytes;
};

/** A server of gRPC that knows one method, and its client: as much of it as goes over the wire. */
export class DemoCalls {
  readonly #server: Http2Server = createServer();
  #client: ClientHttp2Session | undefined;

  constructor() {
    this.#server.on('session', (session) => session.on('error', () => {}));
    this.#server.on('stream', (stream, { ':path': path }) => {
      const isKnown = path === '/demo.Billing/Charge';
      const end = isKnown ? { 'grpc-status': '0' } : { 'grpc-status': '5', 'grpc-message': 'no such payment' };
      stream.on('error', () => {});
      stream.resume();
      stream.respond({ 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(end));
      stream.end(isKnown ? envelope('\x08\x01') : undefined);
    });
  }

  async listen(host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(0, host, resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when the call is over, also where it was broken off. */
  call(path: string, { from, to, port, authority }: DemoWay): Promise<void> {
    this.#client ??= connect(`http://${authority}`, {
      createConnection: () => connectSocket({ host: to, port, localAddress: from }),
    }).on('error', () => {});
    const headers = {
      ':method': 'POST',
      ':path': path,
      ':authority': authority,
      'content-type': 'application/grpc+proto',
      te: 'trailers',
    };
    const stream = this.#client.request({ ...headers, 'user-agent': 'demo', 'grpc-timeout': '5S' });
    return new Promise((resolve) => {
      stream.once('error', () => {}).once('close', resolve);
      stream.resume().end(envelope('\x0a\x03tea'));
    });
  }

  stop(): void {
    this.#client?.destroy();
    this.#server.close();
  }
}
