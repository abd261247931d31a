import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadKoffi } from '../../src/system/koffi.ts';

function asOn(property: 'platform' | 'arch', value: string): void {
  const original = Object.getOwnPropertyDescriptor(process, property) ?? {};
  Object.defineProperty(process, property, { ...original, value });
  try {
    loadKoffi();
  } finally {
    Object.defineProperty(process, property, original);
  }
}

// The architecture comes first: once koffi is loaded, it stays loaded.
const onLinux = { skip: process.platform === 'linux' ? false : 'elsewhere the system is refused first' };
test('an architecture without a native koffi is refused in one sentence', onLinux, () => {
  assert.throws(
    () => asOn('arch', 's390x'),
    /^Error: live capture needs the native part .* could not be loaded on linux s390x/,
  );
});

test('systems other than Linux are refused in one sentence that names --read', () => {
  assert.throws(
    () => asOn('platform', 'darwin'),
    /^Error: live capture works on Linux only, and this is darwin \w+; capture files can be read with --read$/,
  );
});
