// The fluentd sink against FluentServer of @fluent-org/logger: a server side that is not ours.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { FluentServer, type FluentServerSecurityOptions } from '@fluent-org/logger';
import type { FluentdSettings } from '../../../src/sink/fluentd/fluentd.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { ownPort } from '../../support/program/own-port.ts';
import { programMissing, runLogger } from '../../support/program/run-logger.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { capturedEnds } from '../../support/sink/captured-ends.ts';
import { Certificates, noCertificates, pem } from '../../support/sink/certificates.ts';
import { type Behaviour, sinkContract } from '../../support/sink/contract.ts';
import { encodedBatch } from '../../support/sink/encoded-batch.ts';
import { flatEncoder, fluentdTransport } from '../../support/sink/fluentd-tools.ts';

type Time = { readonly epoch: number; readonly nano: number };
type Entry = { readonly tag: string; readonly time: Time; readonly record: { readonly id: string } };
type ServerOptions = { readonly tlsOptions?: TlsOptions; readonly security?: FluentServerSecurityOptions };

/** A FluentServer that can go away, come back, and be replaced by one that says nothing. */
class RealServer {
  readonly entries: Entry[] = [];
  port = 0;
  readonly #options: ServerOptions;
  #server: FluentServer | undefined;
  #silent: Server | undefined;
  readonly #silenced = new Set<Socket>();

  constructor(options: ServerOptions = {}) {
    this.#options = options;
  }

  async behave(behaviour: Behaviour): Promise<void> {
    await this.close();
    if (behaviour === 'working') await this.#listen();
    if (behaviour === 'silent') await this.#listenSilently();
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#silenced) socket.destroy();
    await new Promise<void>((resolve) =>
      this.#silent === undefined ? resolve() : this.#silent.close(() => resolve()),
    );
    this.#silent = undefined;
  }

  async #listen(): Promise<void> {
    this.port ||= await ownPort();
    this.#server = new FluentServer({ ...this.#options, listenOptions: { port: this.port, host: '127.0.0.1' } });
    this.#server.on('entry', (tag: string, time: Time, record: Entry['record']) =>
      this.entries.push({ tag, time, record }),
    );
    await this.#server.listen();
  }

  async #listenSilently(): Promise<void> {
    this.#silent = createServer((socket) => {
      this.#silenced.add(socket);
      socket.on('error', () => {});
      socket.resume();
    });
    await new Promise<void>((resolve) => this.#silent?.listen(this.port, '127.0.0.1', resolve));
  }
}

async function open(t: TestContext, options: ServerOptions, changes: Partial<FluentdSettings>) {
  const server = new RealServer(options);
  await server.behave('working');
  const transport = fluentdTransport([server.port], changes);
  t.after(async () => {
    transport.close();
    await server.close();
  });
  return { server, transport };
}

const variants: readonly (readonly [name: string, changes: Partial<FluentdSettings>, unacknowledged?: string])[] = [
  ['fluentd', {}],
  ['fluentd with gzip', { compress: 'gzip' }],
  ['fluentd without acknowledgements', { acks: false }, 'acknowledgements are switched off'],
];
for (const [name, changes, unacknowledged] of variants) {
  sinkContract(
    name,
    async (t) => {
      const { server, transport } = await open(t, {}, changes);
      return {
        transport,
        encoder: flatEncoder,
        received: () => server.entries.map(({ record }) => record.id),
        behave: (behaviour) => server.behave(behaviour),
        close: async () => {
          transport.close();
          await server.close();
        },
      };
    },
    {
      cannot: { refusing: 'the Forward protocol has no word for refused records' },
      ...(unacknowledged === undefined ? {} : { unacknowledged }),
    },
  );
}

/** Sends ten records; returns what became of them. */
async function sendTen(transport: ReturnType<typeof fluentdTransport>) {
  const records = Array.from({ length: 10 }, (_, index) => createRecord(index));
  const outcome = await transport.send(encodedBatch(flatEncoder, records));
  return outcome.kind === 'retry' || outcome.kind === 'misconfigured'
    ? `${outcome.kind}: ${outcome.reason}`
    : outcome.kind;
}

test('fluentd: tag, time and record arrive as they were', async (t) => {
  const { server, transport } = await open(t, {}, {});
  assert.equal(await sendTen(transport), 'delivered');
  assert.equal(server.entries.length, 10);
  const [first] = server.entries;
  assert.ok(first);
  assert.equal(first.tag, 'k8s-internal-networking');
  assert.deepEqual([first.time.epoch, first.time.nano], [1_700_000_000, 0]);
  assert.equal(server.entries[7]?.time.nano, 7_000_000);
  assert.deepEqual(Object.entries(first.record).slice(0, 3), [
    ['time', '2023-11-14T22:13:20.000000Z'],
    ['id', 'record-000000'],
    ['direction', 'incoming'],
  ]);
});

test("fluentd: the predecessor's ConfigMap, nothing but FLUENTHOST and FLUENTPORT, delivers", {
  skip: programMissing,
}, async (t) => {
  const { server } = await open(t, {}, {});
  const capture = join(import.meta.dirname, '../../golden/keep-alive.pcap');
  const env = { FLUENTHOST: 'localhost', FLUENTPORT: String(server.port) };
  const { code, stdout, stderr } = await runLogger(['--read', capture], { env });
  assert.deepEqual([code, stdout], [0, ''], stderr);
  assert.equal(server.entries.length, 3);
  assert.ok(server.entries.every(({ tag }) => tag === 'k8s-internal-networking'));
  const check = await runLogger(['--check', '--read', capture], { env });
  assert.equal(check.code, 0, check.stderr);
  assert.equal(server.entries.length, 3);
});

describe('fluentd authentication', () => {
  const security = { serverHostname: 'log-1', sharedKey: 'the key', authorize: false, userDict: {} };
  const credentials = { sharedKey: 'the key', user: undefined, password: undefined };
  const users = { ...security, authorize: true, userDict: { shipper: 'p4ss' } };
  const cases: readonly (readonly [
    title: string,
    security: FluentServerSecurityOptions | undefined,
    credentials: FluentdSettings['credentials'],
    expected: RegExp,
  ])[] = [
    ['with the right key records are taken', security, credentials, /^delivered$/],
    [
      'a wrong key is a matter of configuration',
      security,
      { ...credentials, sharedKey: 'x' },
      /^misconfigured: .*refuses/,
    ],
    ['no key is a matter of configuration', security, undefined, /^misconfigured: .*FLUENTD_SHARED_KEY/],
    ['a key that nobody asks for is said', undefined, credentials, /^retry: .*sends no HELO.*FLUENTD_SHARED_KEY/],
    [
      'with the right password records are taken',
      users,
      { ...credentials, user: 'shipper', password: 'p4ss' },
      /^delivered$/,
    ],
    [
      'a wrong password is a matter of configuration',
      users,
      { ...credentials, user: 'shipper', password: 'x' },
      /^misconfigured: .*refuses/,
    ],
    [
      'an unknown user is a matter of configuration',
      users,
      { ...credentials, user: 'who', password: 'p4ss' },
      /^misconfigured: .*refuses/,
    ],
    ['no user is a matter of configuration', users, credentials, /^misconfigured: .*FLUENTD_USER/],
    ['a user that nobody asks for does no harm', security, { ...credentials, user: 'u', password: 'p' }, /^delivered$/],
  ];
  for (const [title, wanted, given, expected] of cases) {
    test(title, async (t) => {
      const { server, transport } = await open(t, wanted ? { security: wanted } : {}, { credentials: given });
      const found = await sendTen(transport);
      assert.match(found, expected);
      assert.equal(server.entries.length, found === 'delivered' ? 10 : 0);
      const check = await transport.check();
      assert.equal(check.isFine, found === 'delivered', check.sentence);
      assert.ok(!JSON.stringify([found, check]).includes('the key') && !check.sentence.includes('p4ss'));
    });
  }

  test('without acknowledgements too, a server that wants a key takes nothing and it is known', async (t) => {
    const { server, transport } = await open(t, { security }, { acks: false });
    assert.match(await sendTen(transport), /^misconfigured: .*FLUENTD_SHARED_KEY/);
    assert.equal(server.entries.length, 0);
  });
});

test('fluentd: a server whose every byte comes alone is understood, authentication included', async (t) => {
  const security = { serverHostname: 'log-1', sharedKey: 'the key', authorize: true, userDict: { u: 'p' } };
  const { server } = await open(t, { security }, {});
  const proxy = createServer((client) => {
    const upstream = connect(server.port, '127.0.0.1');
    client.setNoDelay(true).pipe(upstream);
    void relayByteByByte(upstream, client);
    client.on('error', () => {});
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const transport = fluentdTransport([port], { credentials: { sharedKey: 'the key', user: 'u', password: 'p' } });
  t.after(() => transport.close());
  assert.equal(await sendTen(transport), 'delivered');
});

async function relayByteByByte(from: Socket, to: Socket): Promise<void> {
  for await (const bytes of from) {
    for (const byte of bytes as Buffer) {
      to.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
  }
}

describe('fluentd over TLS', { skip: noCertificates ?? false }, () => {
  let made: Certificates;
  before(() => {
    made = new Certificates();
  });
  after(() => made.remove());

  type Server = 'server' | 'expired' | 'selfSigned' | 'wants a client certificate' | 'plain';
  type Client = Partial<{ ca: string; cert: string; key: string; serverName: string; verify: boolean }>;
  const cases: readonly (readonly [
    title: string,
    server: Server,
    client: () => Client | undefined,
    expected: RegExp,
  ])[] = [
    ['records arrive', 'server', () => ({ ca: made.ca }), /^delivered$/],
    ['the name may be another one', 'server', () => ({ ca: made.ca, serverName: 'localhost' }), /^delivered$/],
    [
      'a wrong name is refused',
      'server',
      () => ({ ca: made.ca, serverName: 'other.example' }),
      /^misconfigured: .*other\.example/,
    ],
    ['an unknown authority is refused', 'server', () => ({}), /^misconfigured: .*certificate/],
    ['an expired certificate is refused', 'expired', () => ({ ca: made.ca }), /^misconfigured: .*expired/],
    ['a self-signed certificate is refused', 'selfSigned', () => ({ ca: made.ca }), /^misconfigured: .*self.signed/],
    ['anything goes without verification', 'selfSigned', () => ({ verify: false }), /^delivered$/],
    [
      'a client certificate is shown',
      'wants a client certificate',
      () => ({ ca: made.ca, ...made.client }),
      /^delivered$/,
    ],
    [
      'a missing client certificate is said',
      'wants a client certificate',
      () => ({ ca: made.ca }),
      /^misconfigured: .*certificate/,
    ],
    ['a missing file is said', 'server', () => ({ ca: '/nowhere/ca.pem' }), /^misconfigured: .*\/nowhere\/ca\.pem/],
    [
      'a file that is no certificate is said',
      'server',
      () => ({ ca: made.ca, cert: made.ca, key: made.ca }),
      /^misconfigured: /,
    ],
    ['a plain server takes nothing', 'plain', () => ({ ca: made.ca }), /^(retry|misconfigured): /],
    ['a plain client is told', 'server', () => undefined, /^(retry|misconfigured): /],
  ];
  for (const [title, kind, client, expected] of cases) {
    test(title, async (t) => {
      const isSelf = kind === 'expired' || kind === 'selfSigned';
      const files = pem(isSelf ? made[kind] : made.server);
      const wants = { ca: readFileSync(made.ca), requestCert: true, rejectUnauthorized: true };
      const tlsOptions = kind === 'wants a client certificate' ? { ...files, ...wants } : files;
      const wanted = client();
      const tls = wanted && {
        ca: undefined,
        cert: undefined,
        key: undefined,
        serverName: undefined,
        verify: true,
        ...wanted,
      };
      const ownTraffic = new OwnTraffic();
      const { server, transport } = await open(t, kind === 'plain' ? {} : { tlsOptions }, { tls, ownTraffic });
      const watch = t.mock.method(ownTraffic, 'watch');
      const found = await sendTen(transport);
      assert.match(found, expected);
      assert.equal(server.entries.length, found === 'delivered' ? 10 : 0);
      for (const {
        arguments: [socket],
      } of watch.mock.calls) {
        const { localAddress: from = '', localPort = 0, remoteAddress: to = '', remotePort = 0 } = socket;
        if (found === 'delivered') assert.ok(ownTraffic.isOwn(capturedEnds(from, localPort, to, remotePort)));
      }
      const check = await transport.check();
      assert.equal(check.isFine, found === 'delivered', check.sentence);
      if (check.isFine) assert.match(check.sentence, /TLSv1\.3/);
    });
  }

  test('a renewed certificate is taken up without a restart', async (t) => {
    const { server, transport } = await open(
      t,
      { tlsOptions: pem(made.server) },
      { tls: { ca: made.selfSigned.cert, cert: undefined, key: undefined, serverName: undefined, verify: true } },
    );
    assert.match(await sendTen(transport), /^misconfigured/);
    copyFileSync(made.ca, made.selfSigned.cert);
    assert.equal(await sendTen(transport), 'delivered');
    assert.equal(server.entries.length, 10);
  });
});
