// Run by the live tests in a network namespace: talks to test/support/live/case-server.ts. What it does first is told
// by name, with its settings, as JSON. Ends with 0 when every answer was the expected one.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { presharedKey, presharedKeyOptions } from './preshared-key.ts';

const settings = JSON.parse(process.argv[2] ?? '{}');
const { host, port, tlsPort } = settings;
const keepAlive = new Agent({ keepAlive: true, maxSockets: 1 });

type Answer = { readonly status: number; readonly bytes: number };

/** Resolves to `undefined` when the connection ends without a whole answer. */
function call(options: RequestOptions, body: string | readonly string[] = []): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const sent = request({ host, port, agent: keepAlive, ...options }, async (response: IncomingMessage) => {
      let bytes = 0;
      response.on('data', (chunk) => {
        bytes += chunk.length;
      });
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes }));
    });
    sent.on('error', () => resolve(undefined));
    sent.setTimeout(options.timeout ?? 60_000, () => sent.destroy());
    if (typeof body === 'string') sent.setHeader('content-length', body.length).end(body);
    else {
      for (const part of body) sent.write(part);
      sent.end();
    }
  });
}

/** Sends raw bytes; resolves to all that comes until the server hangs up or `enough` holds. */
function talk(
  text: string,
  enough: (answer: string, socket: Socket) => boolean = () => false,
  to = port,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket: Socket = connect(to, host, () => socket.write(text));
    socket.setEncoding('latin1').on('data', (part) => {
      answer += part;
      if (enough(answer, socket)) socket.end();
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

/** The same, with more text for when a first head has been answered. */
function talkTwice(first: string, second: string, enough: (answer: string) => boolean = () => false): Promise<string> {
  let isAnswered = false;
  return talk(first, (answer, socket) => {
    if (!isAnswered && answer.includes('\r\n\r\n')) socket.write(second);
    isAnswered ||= answer.includes('\r\n\r\n');
    return enough(answer);
  });
}

const actions: { readonly [what: string]: () => Promise<void> } = {
  /** One exchange of each kind, one after the other. */
  async cases() {
    assert.deepEqual(await call({ path: '/text?n=1' }), { status: 200, bytes: 11 });
    assert.deepEqual(await call({ path: '/missing' }), { status: 404, bytes: 8 });
    assert.deepEqual(await call({ path: '/error' }), { status: 500, bytes: 6 });
    assert.deepEqual(await call({ path: '/moved' }), { status: 301, bytes: 0 });
    assert.deepEqual(await call({ path: '/unchanged' }), { status: 304, bytes: 0 });
    assert.deepEqual(await call({ path: '/nothing' }), { status: 204, bytes: 0 });
    assert.deepEqual(await call({ method: 'HEAD', path: '/text' }), { status: 200, bytes: 0 });
    assert.deepEqual(await call({ method: 'POST', path: '/echo' }, 'p'.repeat(100_000)), {
      status: 200,
      bytes: 100_000,
    });
    const parts = Array.from({ length: 20 }, (_, index) => 'q'.repeat(index * 100));
    assert.deepEqual(await call({ method: 'PUT', path: '/echo?chunked' }, parts), { status: 200, bytes: 19_000 });
    assert.deepEqual(await call({ path: '/chunked' }), { status: 200, bytes: 5000 });
    assert.equal((await call({ path: '/gzip' }))?.status, 200);
    assert.deepEqual(await call({ path: '/large' }), { status: 200, bytes: 20_000_000 });
    assert.deepEqual(await call({ path: '/slow' }), { status: 200, bytes: 7 });
  },
  async gzip() {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer hush', 'x-one': '1', 'x-two': '2' };
    const body = JSON.stringify({ user: 'ada', password: 'hush' });
    assert.equal((await call({ method: 'POST', path: '/gzip?token=hush', headers }, body))?.status, 200);
    assert.equal((await call({ path: '/static/a.css' }))?.status, 404);
    assert.equal((await call({ path: '/health?full' }))?.status, 404);
  },
  async unanswered() {
    assert.equal(await call({ path: '/silent', timeout: 2500 }), undefined);
    assert.deepEqual(await call({ path: '/late' }), { status: 200, bytes: 8 });
    assert.deepEqual(await call({ path: '/text?after-late' }), { status: 200, bytes: 11 });
    await assert.rejects(talk('GET /refused HTTP/1.1\r\n\r\n', undefined, 9), /ECONNREFUSED/);
  },
  /** The client goes away in the middle of a download: with FIN, then with RST. */
  async abort() {
    for (const way of ['end', 'reset'] as const) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, host, () => socket.write(`GET /endless?${way} HTTP/1.1\r\nHost: x\r\n\r\n`));
        socket.on('error', () => {}).on('close', () => resolve());
        let bytes = 0;
        socket.on('data', (part) => {
          bytes += part.length;
          if (bytes < 100_000) return;
          if (way === 'reset') socket.resetAndDestroy();
          else socket.destroy();
        });
      });
    }
  },
  async tunnels() {
    const hello = 'GET /inside-the-tunnel HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const upgrade = 'GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
    assert.match(await talkTwice(upgrade, hello, (text) => text.includes('inside')), /^HTTP\/1\.1 101 /);
    const connection = 'CONNECT shop.example:80 HTTP/1.1\r\nHost: x\r\n\r\n';
    assert.match(await talkTwice(connection, hello), /^HTTP\/1\.1 200 .*HTTP\/1\.1 404 /s);
    assert.match(await talk('CONNECT refused.example:80 HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP.* 403/);
  },
  async pipelined() {
    const paths = ['/bytes/1', '/missing', '/slow', '/bytes/300000', '/echo', '/text'];
    const requests = paths.map((path) => `GET ${path}?pipelined HTTP/1.1\r\nHost: x\r\n\r\n`).join('');
    const last = 'GET /nothing?pipelined HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    assert.equal((await talk(requests + last)).match(/HTTP\/1\.1 \d/g)?.length, 7);
  },
  async encrypted() {
    for (let count = 0; count < settings.connections; count++) {
      await new Promise<void>((resolve, reject) => {
        const pskCallback = () => ({ psk: presharedKey, identity: 'test' });
        const options = { host, port: tlsPort, ...presharedKeyOptions, pskCallback };
        const socket = connectTls({ ...options, checkServerIdentity: () => undefined }, () =>
          socket.write('GET /secret HTTP/1.1\r\nHost: x\r\n\r\n'),
        );
        socket
          .resume()
          .on('error', reject)
          .on('close', () => resolve());
      });
    }
  },
  /** Three exchanges on one connection, then, when standard input has ended, three more. */
  async halves() {
    for (let count = 1; count <= 3; count++) await call({ path: `/text?before=${count}` });
    console.log('{"ready":true}');
    await new Promise((resolve) => process.stdin.resume().once('end', resolve));
    for (let count = 1; count <= 3; count++) assert.equal((await call({ path: `/text?after=${count}` }))?.status, 200);
  },
  /** A request that is still unanswered when the test ends. */
  async waiting() {
    assert.equal((await call({ path: '/text?first' }))?.status, 200);
    const waiting = request({ host, port, path: '/silent', agent: new Agent() }).on('error', () => {});
    const ended = once(waiting, 'close');
    waiting.end();
    await once(waiting, 'finish');
    console.log('{"ready":true}');
    await ended;
  },
  /** Asks for one path after the other, and waits after each. */
  async slowly() {
    for (const path of settings.paths) {
      assert.equal((await call({ path, agent: false }))?.status, 200);
      await sleep(settings.pauseMs);
    }
  },
  async once() {
    const { path } = settings;
    for (let tries = 0; tries < 300; tries++) {
      if ((await call({ path })) !== undefined) return;
      await sleep(100);
    }
    assert.fail(`no answer from ${host}`);
  },
  /** Many exchanges: `connections` at a time, on connections that are kept or not. */
  async many() {
    const { count, connections } = settings;
    for (const isKept of [true, false]) {
      const agent = new Agent({ keepAlive: isKept, maxSockets: connections });
      let next = 0;
      const work = async () => {
        for (let turn = next++; turn < count; turn = next++) {
          assert.notEqual(
            await call({ ...manyOf(turn, isKept), agent }, turn % 10 === 3 ? 'x'.repeat(turn) : []),
            undefined,
          );
        }
      };
      await Promise.all(Array.from({ length: connections }, work));
      agent.destroy();
    }
  },
};

/** Kinds of requests that nginx and the server of the tests both answer; each has a URL of its own. */
function manyOf(turn: number, isKept: boolean): RequestOptions {
  const tag = `${host.includes(':') ? 'v6' : 'v4'}-${isKept ? 'kept' : 'new'}-${turn}`;
  const kinds = [
    '/text',
    '/bytes/3000',
    '/missing',
    '/text',
    '/moved',
    '/bytes/70000',
    '/text',
    '/error',
    '/nothing',
    '/text',
  ];
  const method = turn % 10 === 3 ? 'POST' : turn % 10 === 6 ? 'HEAD' : 'GET';
  return { method, path: `${kinds[turn % 10]}?${tag}` };
}

await actions[settings.what]?.();
keepAlive.destroy();
process.stdin.destroy();
