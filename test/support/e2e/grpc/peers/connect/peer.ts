// A server or a client of `@connectrpc/connect-node`: `PROTOCOL HTTP-VERSION server PORT`, or `PROTOCOL HTTP-VERSION
// client HOST PORT`, of the calls in ../../calls.ts. A server speaks every protocol.
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { Caller } from './caller.ts';
import { serve } from './serve.ts';

const [protocol = '', version, role, ...words] = process.argv.slice(2);
const httpVersion = version === '1.1' ? '1.1' : '2';
const creations = {
  connect: createConnectTransport,
  grpc: createGrpcTransport,
  'grpc-web': createGrpcWebTransport,
};

if (role === 'server') await serve(httpVersion, Number(words[0]));
else {
  const baseUrl = `http://${words.join(':')}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  const createTransport = creations[protocol as keyof typeof creations];
  // What is compressed has other sizes on the wire.
  const transport = createTransport({ baseUrl, httpVersion, sessionManager, acceptCompression: [] });
  await new Caller(transport).callAll(httpVersion === '2');
  sessionManager.abort();
}
