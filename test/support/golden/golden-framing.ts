import { TcpConversation } from '../tcp/tcp-conversation.ts';
import type { GoldenCapture } from './golden.ts';
import { answer, ethernetCapture, expectExchange, get, message, send } from './golden-messages.ts';

/** Where messages begin and end, on connections without a flaw. */
export function goldenFraming(): GoldenCapture[] {
  return [
    ...[simpleGet(), keepAlive(), pipelining(), headRequest(), noContent(), chunked(), lookalikeBody()],
    ...[continueAccepted(), continueRefused(), earlyHints(), connect(), webSocket(), untilClose(), http10()],
    ...[bareLf(), obsoleteFolding(), targetForms(), multipartUpload(), gzipBody(), secrets()],
  ];
}

function simpleGet(): GoldenCapture {
  const { packets } = new TcpConversation().client(get('/cart?id=7')).server(answer(200, 'two apples')).close();
  return ethernetCapture('simple-get', packets, [expectExchange({ url: '/cart?id=7', response_bytes: 10 })]);
}

function keepAlive(): GoldenCapture {
  const connection = new TcpConversation({ mss: 100 })
    .client(get('/one'))
    .server(answer(200, 'x'.repeat(1000)))
    .client(send('POST', '/two', 'y'.repeat(500)))
    .server(answer(201, ''))
    .wait(5_000_000)
    .keepAlive('client')
    .client(send('PATCH', '/three', '{}'))
    .server(answer(404, 'not here'))
    .close('server');
  return ethernetCapture('keep-alive', connection.packets, [
    expectExchange({ url: '/one', response_bytes: 1000 }),
    expectExchange({ method: 'POST', url: '/two', status: 201, request_bytes: 500, response_bytes: 0 }),
    expectExchange({ method: 'PATCH', url: '/three', status: 404, request_bytes: 2, response_bytes: 8 }),
  ]);
}

function pipelining(): GoldenCapture {
  const connection = new TcpConversation()
    .client(get('/first') + send('POST', '/second', 'body') + get('/third'))
    .server(answer(200, '1'))
    .server(answer(202, '22') + answer(500, '333'))
    .close();
  return ethernetCapture('pipelining', connection.packets, [
    expectExchange({ url: '/first', response_bytes: 1 }),
    expectExchange({ method: 'POST', url: '/second', status: 202, request_bytes: 4, response_bytes: 2 }),
    expectExchange({ url: '/third', status: 500, response_bytes: 3 }),
  ]);
}

function headRequest(): GoldenCapture {
  const connection = new TcpConversation()
    .client(message('HEAD /page HTTP/1.1', ['Host: shop.example'], ''))
    .server(message('HTTP/1.1 200 OK', ['Content-Length: 12345'], ''))
    .client(get('/page'))
    .server(answer(200, 'page'))
    .close();
  return ethernetCapture('head', connection.packets, [
    expectExchange({ method: 'HEAD', url: '/page', response_bytes: 0 }),
    expectExchange({ url: '/page', response_bytes: 4 }),
  ]);
}

function noContent(): GoldenCapture {
  const connection = new TcpConversation()
    .client(message('DELETE /item/3 HTTP/1.1', ['Host: shop.example'], ''))
    .server(message('HTTP/1.1 204 No Content', ['Date: Tue, 02 Jan 2024 03:04:05 GMT'], ''))
    .client(get('/item/4', 'If-None-Match: "a"'))
    .server(message('HTTP/1.1 304 Not Modified', ['ETag: "a"', 'Content-Length: 500'], ''))
    .client(get('/item/5'))
    .server(answer(200, 'five'))
    .close();
  return ethernetCapture('no-content', connection.packets, [
    expectExchange({ method: 'DELETE', url: '/item/3', status: 204, response_bytes: 0 }),
    expectExchange({ url: '/item/4', status: 304, response_bytes: 0 }),
    expectExchange({ url: '/item/5', response_bytes: 4 }),
  ]);
}

function chunked(): GoldenCapture {
  const encoding = 'Transfer-Encoding: chunked';
  const upload = '5\r\nhello\r\n6;name="a;b";flag\r\n world\r\n0\r\n\r\n';
  const trailers = 'Checksum: 99\r\nServer-Timing: db;dur=5\r\n';
  const download = `a;x=y\r\n0123456789\r\n0002\r\nab\r\n1F4\r\n${'z'.repeat(500)}\r\n00\r\n${trailers}\r\n`;
  const connection = new TcpConversation({ mss: 17 })
    .client(message('POST /chunks HTTP/1.1', ['Host: shop.example', encoding], upload))
    .server(message('HTTP/1.1 200 OK', ['Trailer: Checksum', encoding], download))
    .client(get('/after'))
    .server(answer(200, 'after'))
    .close();
  return ethernetCapture('chunked', connection.packets, [
    expectExchange({ method: 'POST', url: '/chunks', request_bytes: 11, response_bytes: 512 }),
    expectExchange({ url: '/after', response_bytes: 5 }),
  ]);
}

function lookalikeBody(): GoldenCapture {
  const upload = get('/not-a-request') + get('/neither');
  const download = answer(500, 'not a response');
  const connection = new TcpConversation({ mss: 40 })
    .client(send('PUT', '/log', upload))
    .server(answer(200, download))
    .client(get('/next'))
    .server(answer(200, ''))
    .close();
  return ethernetCapture('lookalike-body', connection.packets, [
    expectExchange({ method: 'PUT', url: '/log', request_bytes: upload.length, response_bytes: download.length }),
    expectExchange({ url: '/next', response_bytes: 0 }),
  ]);
}

function continueAccepted(): GoldenCapture {
  const head = ['Host: shop.example', 'Expect: 100-continue', 'Content-Length: 3000'];
  const connection = new TcpConversation()
    .client(message('PUT /big HTTP/1.1', head, ''))
    .server(message('HTTP/1.1 100 Continue', [], ''))
    .client('b'.repeat(3000))
    .server(answer(201, 'made'))
    .close();
  return ethernetCapture('continue-accepted', connection.packets, [
    expectExchange({
      ...{ method: 'PUT', url: '/big', status: 201, informational: [100] },
      ...{ request_bytes: 3000, response_bytes: 4 },
    }),
  ]);
}

function continueRefused(): GoldenCapture {
  const head = ['Host: shop.example', 'Expect: 100-continue', 'Content-Length: 3000'];
  const connection = new TcpConversation()
    .client(message('PUT /big HTTP/1.1', head, ''))
    .server(answer(413, 'too big'))
    .client(get('/smaller'))
    .server(answer(200, 'fine'))
    .close();
  return ethernetCapture('continue-refused', connection.packets, [
    expectExchange({ method: 'PUT', url: '/big', status: 413, response_bytes: 7 }),
    expectExchange({ url: '/smaller', response_bytes: 4 }),
  ]);
}

function earlyHints(): GoldenCapture {
  const hint = (name: string) => message('HTTP/1.1 103 Early Hints', [`Link: </${name}>; rel=preload`], '');
  const connection = new TcpConversation()
    .client(get('/home'))
    .server(message('HTTP/1.1 102 Processing', [], ''))
    .server(hint('style.css') + hint('script.js'))
    .server(answer(200, '<html>'))
    .close();
  return ethernetCapture('early-hints', connection.packets, [
    expectExchange({ url: '/home', informational: [102, 103, 103], response_bytes: 6 }),
  ]);
}

function connect(): GoldenCapture {
  const connection = new TcpConversation()
    .client(message('CONNECT pay.example:443 HTTP/1.1', ['Host: pay.example:443'], ''))
    .server(message('HTTP/1.1 200 Connection Established', [], ''))
    .client(get('/inside-the-tunnel'))
    .server(answer(200, 'not to be looked into'))
    .close();
  return ethernetCapture('connect', connection.packets, [
    expectExchange({ method: 'CONNECT', url: 'pay.example:443', host: 'pay.example:443', response_bytes: 0 }),
    expectExchange({ url: '/inside-the-tunnel', response_bytes: 21 }),
  ]);
}

function webSocket(): GoldenCapture {
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
  const connection = new TcpConversation()
    .client(get('/chat', ...upgrade, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='))
    .server(message('HTTP/1.1 101 Switching Protocols', upgrade, ''))
    .client(Buffer.from('818537fa213d7f9f4d5158', 'hex'))
    .server(Buffer.from('810548656c6c6f', 'hex'))
    .close();
  return ethernetCapture('websocket', connection.packets, [
    expectExchange({ url: '/chat', status: 101, response_bytes: 0 }),
  ]);
}

function untilClose(): GoldenCapture {
  const connection = new TcpConversation({ mss: 300 })
    .client(get('/stream'))
    .server(message('HTTP/1.1 200 OK', ['Connection: close'], 'e'.repeat(1234)))
    .close('server');
  return ethernetCapture('until-close', connection.packets, [expectExchange({ url: '/stream', response_bytes: 1234 })]);
}

function http10(): GoldenCapture {
  const first = new TcpConversation({ clientPort: 40001 })
    .client('GET /old HTTP/1.0\r\n\r\n')
    .server('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold times')
    .close('server');
  const second = new TcpConversation({ clientPort: 40002, time: first.time })
    .client('GET /kept HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
    .server('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok')
    .client('GET /last HTTP/1.0\r\n\r\n')
    .server('HTTP/1.0 404 Not Found\r\n\r\n')
    .close('server');
  const { host: _, ...old } = expectExchange({ url: '', protocol: 'HTTP/1.0', response_bytes: 0 });
  return ethernetCapture(
    'http-1.0',
    [...first.packets, ...second.packets],
    [
      { ...old, client_port: 40001, url: '/old', response_bytes: 9 },
      { ...old, client_port: 40002, url: '/kept', response_bytes: 2 },
      { ...old, client_port: 40002, url: '/last', status: 404 },
    ],
  );
}

function bareLf(): GoldenCapture {
  const connection = new TcpConversation()
    .client('POST /lf HTTP/1.1\nHost: shop.example\nContent-Length: 3\n\nabc')
    .server('HTTP/1.1 200 OK\nContent-Length: 4\n\nbody')
    .client(get('/crlf'))
    .server(answer(200, 'again'))
    .close();
  return ethernetCapture('bare-lf', connection.packets, [
    expectExchange({ method: 'POST', url: '/lf', request_bytes: 3, response_bytes: 4, anomalies: ['bare_lf'] }),
    expectExchange({ url: '/crlf', response_bytes: 5 }),
  ]);
}

function obsoleteFolding(): GoldenCapture {
  const connection = new TcpConversation()
    .client(get('/folded', 'X-Long: begins here', ' and ends', '\tthere'))
    .server(message('HTTP/1.1 200 OK', ['X-List: a,', '   b', 'Content-Length: 6'], 'folded'))
    .client(get('/flat'))
    .server(answer(200, ''))
    .close();
  return ethernetCapture('obs-fold', connection.packets, [
    expectExchange({ url: '/folded', response_bytes: 6, anomalies: ['obs_fold'] }),
    expectExchange({ url: '/flat', response_bytes: 0 }),
  ]);
}

function targetForms(): GoldenCapture {
  const connection = new TcpConversation()
    .client(message('GET http://books.example:8080/list?page=2 HTTP/1.1', ['Host: shop.example'], ''))
    .server(answer(200, 'books'))
    .client(message('OPTIONS * HTTP/1.1', ['Host: shop.example'], ''))
    .server(answer(204, '').replace('Content-Length: 0', 'Allow: GET'))
    .close();
  return ethernetCapture('target-forms', connection.packets, [
    expectExchange({ url: 'http://books.example:8080/list?page=2', host: 'books.example:8080', response_bytes: 5 }),
    expectExchange({ method: 'OPTIONS', url: '*', status: 204, response_bytes: 0 }),
  ]);
}

function multipartUpload(): GoldenCapture {
  const part = (name: string, content: string) =>
    `--frontier\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${content}\r\n`;
  const body = `${part('title', 'A picture')}${part('file', 'p'.repeat(5000))}--frontier--\r\n`;
  const connection = new TcpConversation()
    .client(send('POST', '/upload', body, 'Content-Type: multipart/form-data; boundary=frontier'))
    .server(answer(303, '', 'Location: /uploads/1'))
    .close();
  return ethernetCapture('multipart-upload', connection.packets, [
    expectExchange({ method: 'POST', url: '/upload', status: 303, request_bytes: body.length, response_bytes: 0 }),
  ]);
}

function gzipBody(): GoldenCapture {
  const hello = Buffer.from('1f8b08000000000000ffcb48cdc9c95728cf2fca49010085114a0d0b000000', 'hex').toString('latin1');
  const connection = new TcpConversation()
    .client(get('/zipped', 'Accept-Encoding: gzip'))
    .server(answer(200, hello, 'Content-Encoding: gzip', 'Content-Type: text/plain'))
    .close();
  return ethernetCapture('gzip-body', connection.packets, [
    expectExchange({ url: '/zipped', response_bytes: hello.length }),
  ]);
}

function secrets(): GoldenCapture {
  const headers = ['Authorization: Bearer hush-1', 'Cookie: session=hush-2; theme=hush-3', 'X-Api-Key: hush-4'];
  const connection = new TcpConversation()
    .client(get('/login?user=ann&access_token=hush-5&next=%2Fhome&X-Amz-Signature=hush-6', ...headers))
    .server(answer(200, 'hush-7', 'Set-Cookie: session=hush-8; Path=/'))
    .close();
  return ethernetCapture('secrets', connection.packets, [
    expectExchange({
      url: '/login?user=ann&access_token=[redacted]&next=%2Fhome&X-Amz-Signature=[redacted]',
      response_bytes: 6,
    }),
  ]);
}
