import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { HostsFile } from '../../src/app/hosts-file.ts';
import { assertLinear } from '../support/program/cpu-cost.ts';

function write(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'hosts');
  writeFileSync(path, text);
  return path;
}

test('a line with a single name gives that name, one with several all of them', async (t) => {
  const path = write(
    t,
    [
      '# Kubernetes-managed hosts file.',
      '127.0.0.1\tlocalhost',
      '::1\tlocalhost ip6-localhost ip6-loopback',
      '10.1.2.3\tcart-5d9c',
      '  10.1.2.4   alone  # a comment',
      '10.1.2.5 #nothing',
      'FD00:0:0::00B six',
      '10.1.2.3 cart.alias\r',
      '10.1.2.6',
      'no:address name',
    ].join('\n'),
  );
  const hosts = new HostsFile(path);
  assert.deepEqual(await hosts.names('10.1.2.3'), ['cart-5d9c', 'cart.alias']);
  assert.deepEqual(await hosts.names('10.1.2.4'), ['alone']);
  assert.deepEqual(await hosts.names('::1'), ['localhost', 'ip6-localhost', 'ip6-loopback']);
  assert.deepEqual(await hosts.names('fd00::b'), ['six']);
  for (const ip of ['10.1.2.5', '10.1.2.6', '10.1.2.7', 'fd00::c', '']) assert.deepEqual(await hosts.names(ip), []);
});

test('any line of names is found again by its address', async (t) => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const lines = fc.uniqueArray(
    fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.array(name, { minLength: 1, maxLength: 3 })),
    {
      selector: ([ip]) => (ip.includes(':') ? new URL(`http://[${ip}]`).hostname : ip),
      minLength: 1,
      maxLength: 10,
    },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.constantFrom(' ', '\t', ' \t '), async (hosts, blank) => {
      const path = write(t, hosts.map(([ip, names]) => [ip, ...names].join(blank)).join('\n'));
      const file = new HostsFile(path);
      for (const [ip, names] of hosts) assert.deepEqual(await file.names(ip), names);
    }),
    { numRuns: 50 },
  );
});

test('the file is read again after a minute, and its absence is no error', async (t) => {
  let now = 0;
  const path = write(t, '10.0.0.1 first\n');
  const hosts = new HostsFile(path, () => now);
  assert.deepEqual(await hosts.names('10.0.0.1'), ['first']);
  writeFileSync(path, '10.0.0.1 second\n');
  now = 59_999;
  assert.deepEqual(await hosts.names('10.0.0.1'), ['first']);
  now = 60_000;
  assert.deepEqual(await hosts.names('10.0.0.1'), ['second']);
  assert.deepEqual(await new HostsFile(`${path}-absent`).names('10.0.0.1'), []);
});

test('names on many lines of one address cost no more each', async (t) => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, index) => `10.0.0.1 ${`name${index} `.repeat(10)}`).join('\n');
  const [few, many] = [write(t, lines(2500)), write(t, lines(10_000))];
  const read = async (path: string) => void (await new HostsFile(path).names('10.0.0.1'));
  await assertLinear({ run: read, less: () => few, more: () => many });
});
