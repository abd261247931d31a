import { once } from 'node:events';
import { createServer as createHttp1Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { BytesValue } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { failure, metadata } from '../../calls.ts';
import { type Bidirectional, type ClientStreaming, methodOf, type ServerStreaming, type Unary } from './methods.ts';

/** Serves every protocol, without TLS. What would be compressed has other sizes on the wire. */
export async function serve(httpVersion: '1.1' | '2', port: number): Promise<void> {
  const handler = connectNodeAdapter({ routes, acceptCompression: [] });
  const server = httpVersion === '1.1' ? createHttp1Server(handler) : createHttp2Server(handler);
  await once(server.listen(port, '0.0.0.0'), 'listening');
  console.log('{"listening":true}');
}

function routes(router: ConnectRouter): void {
  router.rpc(methodOf<Unary>('Echo'), echo);
  router.rpc(methodOf<Unary>('Annotate'), annotate);
  router.rpc(methodOf<Unary>('Fail'), () => {
    throw new ConnectError(failure, Code.NotFound);
  });
  router.rpc(methodOf<Unary>('Large'), echo);
  router.rpc(methodOf<Unary>('Silence'), async (_, { signal }) => cancelled(signal));
  router.rpc(methodOf<ClientStreaming>('Collect'), collect);
  router.rpc(methodOf<ServerStreaming>('Spread'), spread);
  router.rpc(methodOf<Bidirectional>('Chat'), chat);
  router.rpc(methodOf<Bidirectional>('Leave'), stay);
}

const echo = (request: BytesValue) => request;

function annotate(request: BytesValue, { requestHeader, responseHeader, responseTrailer }: HandlerContext): BytesValue {
  for (const [name] of Object.values(metadata)) {
    responseHeader.set(name, requestHeader.get(name) ?? '');
    responseTrailer.set(name, requestHeader.get(name) ?? '');
  }
  return request;
}

async function collect(requests: AsyncIterable<BytesValue>): Promise<BytesValue> {
  let last: BytesValue | undefined;
  for await (const request of requests) last = request;
  if (last === undefined) throw new ConnectError('nothing was sent', Code.InvalidArgument);
  return last;
}

async function* spread(request: BytesValue): AsyncIterable<BytesValue> {
  for (let count = 0; count < 5; count++) yield request;
}

async function* chat(requests: AsyncIterable<BytesValue>): AsyncIterable<BytesValue> {
  yield* requests;
}

/** Waits for the client to cancel. */
async function* stay(requests: AsyncIterable<BytesValue>, { signal }: HandlerContext): AsyncIterable<BytesValue> {
  yield* requests;
  await cancelled(signal);
}

async function cancelled(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}
