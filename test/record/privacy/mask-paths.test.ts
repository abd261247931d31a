import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { maskPaths, type PathKind } from '../../../src/record/privacy/mask-paths.ts';
import { parsePathPattern } from '../../../src/record/privacy/path-pattern.ts';
import { targetAuthority, targetPath } from '../../../src/record/target.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

const patternsOf = (...patterns: readonly string[]) => patterns.map(parsePathPattern);
const shown = (text: string, patterns: readonly string[], kind: PathKind = 'url') =>
  maskPaths(text, patternsOf(...patterns), kind);

describe('a pattern masks the segments that it leaves open', () => {
  const cases: readonly (readonly [pattern: string, path: string, shown: string])[] = [
    ['/users/{id}', '/users/4711', '/users/[redacted]'],
    ['/users/{id}', '/users/4711?a=b', '/users/[redacted]?a=b'],
    ['/users/{id}', '/users/4711#x', '/users/[redacted]#x'],
    ['/users/{id}', '/users/4711/orders/7', '/users/[redacted]/orders/7'],
    ['/users/{}/cards/{}', '/users/4711/cards/42/x', '/users/[redacted]/cards/[redacted]/x'],
    ['/users/*/cards', '/users/4711/cards', '/users/[redacted]/cards'],
    ['/users/*/cards', '/users/4711/orders', '/users/4711/orders'],
    ['/files/**', '/files/a/b/c?d=/e', '/files/[redacted]?d=/e'],
    ['/files/**', '/files', '/files'],
    ['/files/**', '/files/', '/files/'],
    ['/users/{id}/**', '/users/4711', '/users/[redacted]'],
    ['/users/{id}/**', '/users/4711/a/b', '/users/[redacted]/[redacted]'],
    ['/**', '/a/b', '/[redacted]'],
    ['/{tenant}/x', '/acme/x', '/[redacted]/x'],
    ['/{tenant}/x', '/acme/y', '/acme/y'],
    ['/odata/users({id})', '/odata/users(4711)/name', '/odata/[redacted]/name'],
    ['/odata/users({id})', '/odata/users', '/odata/users'],
    ['/u-*', '/u-4711', '/[redacted]'],
    ['/übung/{n}', '/%C3%BCbung/7', '/%C3%BCbung/[redacted]'],
    ['/übung/{n}', '/übung/7', '/übung/[redacted]'],
    ['/users/{id}', '/userss/4711', '/userss/4711'],
    ['/users/{id}', '/v1/users/4711', '/v1/users/4711'],
    ['/users/{id}', '/users', '/users'],
    ['/users/{id}', '/users/', '/users/'],
    ['/users/{id}', '*', '*'],
    ['/users/{id}', '', ''],
  ];
  for (const [pattern, path, expected] of cases) {
    test(`${pattern} in ${path}`, () => assert.equal(shown(path, [pattern]), expected));
  }

  test('several patterns together', () => {
    assert.equal(
      shown('/users/1/cards/2', ['/users/{id}', '/users/{}/cards/{}']),
      '/users/[redacted]/cards/[redacted]',
    );
    assert.equal(shown('/users/1/cards/2', ['/users/{id}', '/users/**']), '/users/[redacted]');
  });
});

describe('however a path is written, what a server may take for it is masked', () => {
  const forms: readonly string[] = [
    ...['/users/s3cret', '//users/s3cret', '/users//s3cret', '///users///s3cret///', '/./users/./s3cret'],
    ...['/%75sers/s3cret', '/%2575sers/s3cret', '/%252575sers/s3cret', '/%75%73%65%72%73/s3cret', '/USERS/s3cret'],
    ...['/Users/s3cret', '/x/../users/s3cret', '/x/%2e%2e/users/s3cret', '/%2e/users/s3cret', '/x/..;/users/s3cret'],
    ...['/users;v=1/s3cret', '/users;/s3cret;jsession=s3cret', '/users/;id=s3cret', '/users/s3cret;a=b/c'],
    ...['/users%2fs3cret', '/users%2Fs3cret', '/users%252fs3cret', '/users/a%2Fs3cret', '/users/s3cret%2fs3cret'],
    ...['/users\\s3cret', '\\users\\s3cret', '/users%5cs3cret', '/users/s3cret/..', '/users/s3cret/../s3cret'],
    ...['/users/s3cret/../../users/s3cret', '/../users/s3cret', '/../../users/s3cret', '/users/s3cret&a=b'],
    ...['http://host/users/s3cret', 'HTTP://u:p@host:80//users/s3cret', 'http:/users/s3cret', 'http:///users/s3cret'],
    ...['https://[2001:db8::1]:8080/users/s3cret', '//host/users/s3cret', 'users/s3cret', '/users/"s3cret"<s3cret>'],
    ...['/users/s3 cret', "/users/O's3cret", '/users/s3cret,s3cret', '/users/s3cret%3Fs3cret', '/users/s3cret%00'],
    ...['%2Fusers%2Fs3cret', '/users/s3cret=s3cret', '/users/http://host/s3cret', '/users/s3cret:443'],
    ...['/a?next=/users/s3cret', '/a?next=%2Fusers%2Fs3cret&b=c', '/a?next=https%3A%2F%2Fhost%2Fusers%2Fs3cret'],
    ...['/a?next=http://host/users/s3cret&x', '/a?n=%252Fusers%252Fs3cret', '/a?q={"u":"/users/s3cret"}'],
    ...['/a?q=%7B%22u%22%3A%22%2Fusers%2Fs3cret%22%7D', '/a#/users/s3cret', '/a?b#!/users/s3cret', '?n=/users/s3cret'],
    ...[
      '/a?n=users/s3cret',
      '/proxy/http://host/users/s3cret',
      '/proxy/http:%2F%2Fhost%2Fusers%2Fs3cret',
      '/a?u=shop.example/users/s3cret',
      '/a?u=shop.example%2Fusers%2Fs3cret',
    ],
    ...['http://host?n=/users/s3cret', '/a?x;n=/users/s3cret', '/a?//host/users/s3cret'],
  ];
  for (const form of forms) {
    test(form, () => {
      const masked = shown(form, ['/users/{id}/**']);
      assert.ok(masked.includes('[redacted]'), masked);
      assert.doesNotMatch(masked, /s3|cret/);
    });
  }
});

describe('in the value of a header', () => {
  const cases: readonly (readonly [value: string, shown: string])[] = [
    ['https://shop.example/users/s3cret?a=b', 'https://shop.example/users/[redacted]?a=b'],
    ['/users/s3cret', '/users/[redacted]'],
    [
      '</users/s3cret>; rel="next", </users/s3cret/b>; rel=x',
      '</users/[redacted]>; rel="next", </users/[redacted]/b>; rel=x',
    ],
    ['0; url=/users/s3cret', '0; url=/users/[redacted]'],
    ['0;url="http://a/users/s3cret"', '0;url="http://a/users/[redacted]"'],
    ['GET /users/s3cret HTTP/1.1', 'GET /users/[redacted] HTTP/1.1'],
    ['{"path":"/users/s3cret"}', '{"path":"/users/[redacted]"}'],
    ['Mozilla/5.0 (X11; +http://bot.example/users/s3cret)', 'Mozilla/5.0 (X11; +http://bot.example/users/[redacted]'],
    ['path:/users/s3cret', 'path:/users/[redacted]'],
    ['shop.example/users/s3cret', 'shop.example/users/[redacted]'],
    ['users/s3cret/orders', 'users/[redacted]/orders'],
    ['path=shop.example:80/users/s3cret; b', 'path=shop.example:80/users/[redacted] b'],
    ['/a,/users/s3cret', '/a,/users/[redacted]'],
    ['a/b;u=/users/s3cret,s3cret', 'a/b;u=/users/[redacted]'],
    ['text/html, a/json;q=0.9', 'text/html, a/json;q=0.9'],
  ];
  for (const [value, expected] of cases) {
    test(value, () => assert.equal(shown(value, ['/users/{id}'], 'text'), expected));
  }
});

test('what only looks like a path is not masked by patterns that leave its first segment open', () => {
  for (const value of ['text/html', 'Mozilla/5.0 (X11)', '1/2', 'a/b/c']) {
    assert.equal(shown(value, ['/**', '/{a}', '/{a}/{b}'], 'text'), value);
  }
  assert.equal(shown('http://a/b?c=d/e', ['/**'], 'text'), 'http://a/[redacted]?c=d/e');
});

const pathParts = fc
  .array(
    fc.constantFrom(
      ...[
        '/',
        '//',
        'users',
        '%75sers',
        'a',
        '%2F',
        '%5c',
        '%3A',
        '%20',
        '\\',
        '..',
        '.',
        ';x',
        '?',
        '=',
        '&',
        '#',
        ':',
      ],
      ...['é', ' ', '%', '"', '<', '[', '(', ',', 'http://'],
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

test('masking again changes nothing, where patterns say how a path begins', () => {
  const patternLists = [['/users/{id}', '/a/**'], ['/users/{id}/a/{x}'], ['/users/{id}/**', '/a/{b}/users/**']];
  fc.assert(
    fc.property(pathParts, fc.constantFrom(...patternLists), fc.constantFrom('url', 'text'), (text, patterns, kind) => {
      const masked = shown(text, patterns, kind);
      assert.equal(shown(masked, patterns, kind), masked);
    }),
    {
      numRuns: 5000,
      examples: [
        ['/:/a/ /', ['/users/{id}', '/a/**'], 'url'],
        ['/"/a/[/', ['/users/{id}', '/a/**'], 'url'],
        ['/&/%75sers/http://[', ['/users/{id}/**', '/a/{b}/users/**'], 'url'],
      ],
    },
  );
});

test('all that follows is masked to the end of the path that it is in, whatever looks like another one there', () => {
  const cases: readonly (readonly [target: string, pattern: string, shown: string])[] = [
    ['/x:/a/b:/s3cret', '/a/**', '/x:/a/[redacted]'],
    ['/proxy/http://h/a/b,/s3cret/c', '/a/**', '/proxy/http://h/a/[redacted]'],
    ['/proxy/http://h/a/ /s3cret?b=c', '/a/**', '/proxy/http://h/a/[redacted]?b=c'],
    ['/x:/users/http://s3cret', '/users/{id}/**', '/x:/users/[redacted]/[redacted]'],
    ['/x:/users/1:/', '/users/{id}/**', '/x:/users/[redacted]/'],
    ['/p?u=/a/b:/s3cret&v=/b/c', '/a/**', '/p?u=/a/[redacted]&v=/b/c'],
    ['/x:/a/b:/s3cret:/users/1', '/a/**', '/x:/a/[redacted]'],
  ];
  for (const [target, pattern, expected] of cases) assert.equal(shown(target, [pattern]), expected);
});

test('host and path of a masked target are those of the target', () => {
  fc.assert(
    fc.property(pathParts, (target) => {
      const masked = shown(target, ['/users/{id}', '/a/**']);
      if (masked === target) return;
      const host = targetAuthority('GET', target);
      // Some servers read a backslash as a slash: what is the host for others is a path then.
      if (!/\\|%(?:2f|5c)/i.test(host ?? '')) assert.equal(targetAuthority('GET', masked), host);
      assert.equal(targetPath(masked) === undefined, targetPath(target) === undefined);
    }),
    { numRuns: 3000 },
  );
});

const hostiles = [
  ',/',
  '=/users/1',
  '/users/1',
  '/',
  '//',
  '%2F',
  '/..',
  '/users/..',
  '/a/../users',
  '://',
  '=/',
  '%25',
  '%2525',
  '?/',
  '"/',
];
for (const hostile of [
  ...hostiles,
  ';',
  '\\',
  '/%75sers',
  ' ',
  ':',
  '/users/1/../..',
  '/x;',
  'users',
  '{',
  '#/users/1',
]) {
  test(`four times as much of ${JSON.stringify(hostile)} costs about four times as much`, async () => {
    const patterns = patternsOf('/users/{id}/cards/{}', '/users/**', '/{a}/x', '/x({a})/**');
    await assertLinear({
      run: (text: string) => {
        for (const kind of ['url', 'text'] as const) {
          maskPaths(text, patterns, kind);
          maskPaths(`/${text}`, patterns, kind);
        }
      },
      less: () => hostile.repeat(2000),
      more: () => hostile.repeat(8000),
    });
  });
}
