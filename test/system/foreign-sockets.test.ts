import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasForeignSockets, isForeign } from '../../src/system/foreign-sockets.ts';

/** A line of /proc/net/tcp. */
const line = (state: string, inode: string, sl = '   0') =>
  `${sl}: 0100007F:0CEA 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 ` +
  '0000000000000000 100 0 0 10 0';
const own = new Set(['4711']);

test('listening, connected and half closed sockets of others are foreign', () => {
  assert.ok(isForeign(line('0A', '23'), own));
  for (const state of ['01', '04', '05', '08']) assert.ok(isForeign(line(state, '23', '99999'), own), state);
  const ipv6 =
    '   1: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A 00000000:00000000 ' +
    '00:00000000 00000000  1000        0 17 1 0000000000000000 100 0 0 10 0';
  assert.ok(isForeign(ipv6, own));
});

test('own sockets, those that nobody holds any more, and other lines are not', () => {
  assert.ok(!isForeign(line('0A', '4711'), own));
  assert.ok(!isForeign(line('01', '0'), own));
  assert.ok(!isForeign(line('06', '0'), own));
  const title = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
  for (const odd of [title, '', ' 0: garbage']) assert.ok(!isForeign(odd, own), odd);
});

test('the tables of this machine can be read', {
  skip: process.platform !== 'linux' && 'only Linux has /proc',
}, async () => {
  assert.equal(typeof (await hasForeignSockets()), 'boolean');
});
