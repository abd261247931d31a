import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAuthority } from '../../src/record/authority.ts';
import { targetAuthority, targetPath, targetQuery, targetScheme } from '../../src/record/target.ts';

const cases = [
  // target, method, path, query, authority, scheme
  ['/', 'GET', '/', undefined, undefined, 'http'],
  ['/a/b?c=d&e', 'GET', '/a/b', 'c=d&e', undefined, 'http'],
  ['/a?', 'GET', '/a', '', undefined, 'http'],
  ['/a#b?c', 'GET', '/a', undefined, undefined, 'http'],
  ['/a?b#c', 'GET', '/a', 'b', undefined, 'http'],
  ['//a/b', 'GET', '//a/b', undefined, undefined, 'http'],
  ['/a?u=http://h/p', 'GET', '/a', 'u=http://h/p', undefined, 'http'],
  ['http://h', 'GET', '/', undefined, 'h', 'http'],
  ['http://h:81/p?q', 'GET', '/p', 'q', 'h:81', 'http'],
  ['HTTPS://u:p@[::1]:8443?q', 'GET', '/', 'q', '[::1]:8443', 'https'],
  ['http://h#f', 'GET', '/', undefined, 'h', 'http'],
  ['*', 'OPTIONS', '*', undefined, undefined, 'http'],
  ['h:443', 'CONNECT', undefined, undefined, 'h:443', 'http'],
  ['u:p@h:443', 'CONNECT', undefined, undefined, 'h:443', 'http'],
  ['nonsense', 'GET', undefined, undefined, undefined, 'http'],
  ['1x://h/', 'GET', undefined, undefined, undefined, 'http'],
  ['', 'GET', undefined, undefined, undefined, 'http'],
] as const;

for (const [target, method, path, query, authority, scheme] of cases) {
  test(`the target ${JSON.stringify(target)} of ${method} is taken apart`, () => {
    assert.deepEqual(
      [targetPath(target), targetQuery(target), targetAuthority(method, target), targetScheme(target)],
      [path, query, authority, scheme],
    );
  });
}

test('host and port of an authority', () => {
  assert.deepEqual(parseAuthority('h'), { host: 'h', port: undefined });
  assert.deepEqual(parseAuthority('h:80'), { host: 'h', port: 80 });
  assert.deepEqual(parseAuthority('h:'), { host: 'h', port: undefined });
  assert.deepEqual(parseAuthority('h:65536'), { host: 'h', port: undefined });
  assert.deepEqual(parseAuthority('h:x'), { host: 'h', port: undefined });
  assert.deepEqual(parseAuthority('[::1]:80'), { host: '[::1]', port: 80 });
  assert.deepEqual(parseAuthority('[::1]'), { host: '[::1]', port: undefined });
});
