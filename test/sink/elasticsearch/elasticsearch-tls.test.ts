import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { ElasticsearchSettings } from '../../../src/sink/elasticsearch/elasticsearch.ts';
import { capturedEnds } from '../../support/sink/captured-ends.ts';
import { Certificates, noCertificates, pem } from '../../support/sink/certificates.ts';
import { flatBatch, openTransport } from '../../support/sink/elasticsearch-parts.ts';
import { FakeElasticsearch } from '../../support/sink/fake-elasticsearch.ts';

type Tls = Partial<ElasticsearchSettings['tls']>;

describe('elasticsearch over TLS', { skip: noCertificates ?? false }, () => {
  let made: Certificates;
  before(() => {
    made = new Certificates();
  });
  after(() => made.remove());

  async function open(t: TestContext, server: ConstructorParameters<typeof FakeElasticsearch>[0], tls: Tls) {
    const fake = new FakeElasticsearch(server);
    await fake.start();
    t.after(() => fake.stop());
    const settings = { tls: { ca: undefined, cert: undefined, key: undefined, verify: true, ...tls } };
    return { fake, ...openTransport(t, [fake.baseUrl], settings) };
  }

  test('a certificate of the given authority is accepted, and the connection is known as ours', async (t) => {
    const { fake, transport, ownTraffic } = await open(t, { tls: pem(made.server) }, { ca: made.ca });
    let ports: readonly number[] = [];
    fake.fault = (_, response) => {
      ports = [response.socket?.remotePort ?? 0, response.socket?.localPort ?? 0];
      return undefined;
    };
    assert.equal((await transport.send(flatBatch(1))).kind, 'delivered');
    assert.ok(ownTraffic.isOwn(capturedEnds('127.0.0.1', ports[0] ?? 0, '127.0.0.1', ports[1] ?? 0)));
  });

  const untrusted: readonly (readonly [
    title: string,
    server: 'server' | 'expired' | 'selfSigned',
    trusted: boolean,
  ])[] = [
    ['of an authority that is not known', 'server', false],
    ['that has expired', 'expired', true],
    ['of nobody but itself', 'selfSigned', true],
  ];
  for (const [title, server, trusted] of untrusted) {
    test(`a certificate ${title} is a matter of configuration, unless it is not to be verified`, async (t) => {
      const tls = trusted ? { ca: made.ca } : {};
      const strict = await open(t, { tls: pem(made[server]) }, tls);
      const outcome = await strict.transport.send(flatBatch(1));
      assert.deepEqual({ ...outcome, reason: '' }, { kind: 'misconfigured', reason: '' });
      assert.match('reason' in outcome ? outcome.reason : '', /^https:.*: TLS fails: .*certificate/);
      assert.equal((await strict.transport.check()).isFine, false);
      const lax = await open(t, { tls: pem(made[server]) }, { verify: false });
      assert.equal((await lax.transport.send(flatBatch(1))).kind, 'delivered');
    });
  }

  test('a client certificate is shown to a server that wants one', async (t) => {
    const wanting = { ...pem(made.server), ca: readFileSync(made.ca), requestCert: true, rejectUnauthorized: true };
    const without = await open(t, { tls: wanting }, { ca: made.ca });
    assert.notEqual((await without.transport.send(flatBatch(1))).kind, 'delivered');
    const having = await open(t, { tls: wanting }, { ca: made.ca, ...made.client });
    assert.equal((await having.transport.send(flatBatch(1))).kind, 'delivered');
  });

  test('a file that is not there, or becomes another, is looked at again for each connection', async (t) => {
    const ca = `${made.ca}.later`;
    const { transport } = await open(t, { tls: pem(made.server) }, { ca });
    const missing = await transport.send(flatBatch(1));
    assert.equal(missing.kind, 'misconfigured');
    assert.match('reason' in missing ? missing.reason : '', /no such file/);
    copyFileSync(made.selfSigned.cert, ca);
    assert.equal((await transport.send(flatBatch(1))).kind, 'misconfigured');
    copyFileSync(made.ca, ca);
    assert.equal((await transport.send(flatBatch(1))).kind, 'delivered');
  });

  test('plain HTTP where TLS is spoken, and TLS where it is not', async (t) => {
    const { fake } = await open(t, { tls: pem(made.server) }, {});
    const plain = openTransport(t, [fake.baseUrl.replace('https', 'http')]);
    assert.notEqual((await plain.transport.send(flatBatch(1))).kind, 'delivered');
    const other = await open(t, {}, {});
    const encrypted = openTransport(t, [other.fake.baseUrl.replace('http', 'https')]);
    const outcome = await encrypted.transport.send(flatBatch(1));
    assert.equal(outcome.kind, 'misconfigured');
    assert.match('reason' in outcome ? outcome.reason : '', /TLS fails: wrong version number$/);
  });
});
