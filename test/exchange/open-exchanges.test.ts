import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Playbook } from '../support/http1/playbook.ts';

test('an exchange is open from its request to the end of its response, or until it is given up', () => {
  const playbook = new Playbook();
  const { openExchanges } = playbook;
  const sizes = () => [openExchanges.size, openExchanges.begun];
  playbook.client('GET /a HTTP/1.1\r\n\r\n');
  assert.deepEqual(sizes(), [1, 1]);
  playbook.server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na');
  assert.deepEqual(sizes(), [1, 1]);
  playbook.server('b');
  assert.deepEqual(sizes(), [0, 1]);
  playbook.client('GET /silent HTTP/1.1\r\n\r\n');
  assert.deepEqual(sizes(), [1, 2]);
  playbook.wait(60_000);
  assert.deepEqual(sizes(), [0, 2]);
  playbook.server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  assert.deepEqual(sizes(), [0, 2]);
});

test('exchanges that are not to be logged do not count', () => {
  const playbook = new Playbook();
  playbook.client('GET /ignored HTTP/1.1\r\n\r\n');
  assert.deepEqual([playbook.openExchanges.size, playbook.openExchanges.begun], [0, 0]);
  playbook.server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  assert.deepEqual([playbook.openExchanges.size, playbook.openExchanges.begun], [0, 0]);
});
