import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createUrlFilter } from '../../src/record/ignore-urls.ts';

test('paths match exactly or by wildcards, without their query', () => {
  const isIgnored = createUrlFilter(['/health', '/static/*', '*.ico', '/api/*/ping', '/a**b']);
  for (const path of [
    '/health',
    '/health?full=1',
    '/health#x',
    '/static/',
    '/static/a/b.js',
    '/x/favicon.ico',
    '/api/v1/ping',
    '/api//ping',
    '/ab',
    '/a-b',
  ]) {
    assert.equal(isIgnored(path), true, path);
  }
  for (const path of [
    '/Health',
    '/healthz',
    '/health/',
    '/static',
    '/ico',
    '/api/ping',
    '/api/v1/pings',
    '/x?y=/health',
    '',
    '/a',
  ]) {
    assert.equal(isIgnored(path), false, path);
  }
});

test('an unknown path is never ignored, and no patterns ignore nothing', () => {
  assert.equal(createUrlFilter(['*'])(undefined), false);
  assert.equal(createUrlFilter(['*'])(''), true);
  assert.equal(createUrlFilter([])('/'), false);
});

test('a prefix and a suffix do not share characters', () => {
  assert.equal(createUrlFilter(['/aba*aba'])('/aba'), false);
  assert.equal(createUrlFilter(['/a*a*a'])('/aa'), false);
});

/** The definition, with all its backtracking. */
function naive(pattern: string, path: string): boolean {
  if (pattern === '') return path === '';
  if (pattern[0] === '*') return naive(pattern.slice(1), path) || (path !== '' && naive(pattern, path.slice(1)));
  return path !== '' && pattern[0] === path[0] && naive(pattern.slice(1), path.slice(1));
}

test('wildcards do what their definition says', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
  const path = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 3 }), path, (patterns, text) => {
      assert.equal(
        createUrlFilter(patterns)(text),
        patterns.some((each) => naive(each, text)),
      );
    }),
    { numRuns: 3000 },
  );
});

test('a pattern of many stars is matched against a long path', () => {
  const isIgnored = createUrlFilter([`${'*a'.repeat(500)}*c`]);
  assert.equal(isIgnored('a'.repeat(100_000)), false);
});
