import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadLibc, SystemCallError } from '../../src/system/libc.ts';

const onLinux = { skip: process.platform === 'linux' ? false : 'live capture is for Linux' };

test('a failed call throws with its name, the errno and the text of the C library', onLinux, () => {
  assert.throws(
    () => loadLibc().getsockopt(-1, { level: 1, name: 4 }, 4),
    (error) =>
      error instanceof SystemCallError && error.code === 'EBADF' && /^getsockopt 1\/4: Bad file/.test(error.message),
  );
});

test('an interface is known by its number in this namespace, and 0 means there is none', onLinux, () => {
  assert.equal(loadLibc().interfaceIndex('lo'), 1);
  assert.equal(loadLibc().interfaceIndex('no-such-if'), 0);
});
