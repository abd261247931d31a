import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorityOf, serverAddress } from '../../src/metrics/server-address.ts';
import { requestMessage } from '../support/record/exchanges.ts';

const cases: readonly (readonly [authority: string, address: string | undefined])[] = [
  ['payments', 'payments'],
  ['Payments.Shop.SVC:8080', 'payments.shop.svc'],
  ['payments.shop.svc.cluster.local.', 'payments.shop.svc.cluster.local'],
  ['10.0.0.2:80', '10.0.0.2'],
  ['[2001:DB8::1]:8080', '2001:db8::1'],
  ['user:secret@payments:80', 'payments'],
  ['my_host', 'my_host'],
  ['', undefined],
  [':80', undefined],
  ['a b', undefined],
  ['<script>', undefined],
  ['-x', undefined],
  ['[evil"]', undefined],
  ['a"b', undefined],
  ['caf\u00e9', undefined],
  ['x'.repeat(253), 'x'.repeat(253)],
  ['x'.repeat(300), undefined],
];

for (const [authority, address] of cases) {
  test(`the server address of ${authority.slice(0, 40) || 'nothing'}`, () => {
    assert.equal(serverAddress(authority), address);
  });
}

test('the authority is that of the target, else what the protocol says, else Host', () => {
  const headers = [['Host', 'by-host']] as const;
  const head = (target: string, method = 'GET') => requestMessage({ method, target, headers }).head;
  assert.equal(authorityOf(head('http://by-target:81/x')), 'by-target:81');
  assert.equal(authorityOf(head('db:5432', 'CONNECT')), 'db:5432');
  assert.equal(authorityOf({ ...head('/'), authority: 'by-protocol' }), 'by-protocol');
  assert.equal(authorityOf(head('/')), 'by-host');
  assert.equal(authorityOf(requestMessage().head), undefined);
});
