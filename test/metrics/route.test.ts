import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { routeOf } from '../../src/metrics/route.ts';

test('what looks like an id becomes {id}, words stay', () => {
  for (const [path, route] of [
    ['/', '/'],
    ['/api/v2/orders', '/api/v2/orders'],
    ['/api/orders/4711', '/api/orders/{id}'],
    ['/api/orders/4711/items/9', '/api/orders/{id}/items/{id}'],
    ['/users/550e8400-e29b-41d4-a716-446655440000', '/users/{id}'],
    ['/objects/507f1f77bcf86cd799439011', '/objects/{id}'],
    ['/deadbeef', '/deadbeef'],
    ['/commits/dead10cc', '/commits/{id}'],
    ['/static/app.3f2a91c.js', '/static/{id}'],
    ['/static/main.js', '/static/main.js'],
    ['/2024/05/06/post', '/{id}/{id}/{id}/post'],
    ['/mail/jane@example.org', '/mail/{id}'],
    ['/search/caf%C3%A9', '/search/{id}'],
    [`/files/${'a'.repeat(33)}`, '/files/{id}'],
    ['/trailing/', '/trailing/'],
    ['//double', '//double'],
    ['/a/b/c/d/e/f/g/h', '/a/b/c/d/e/f/g/h'],
    ['/a/b/c/d/e/f/g/h/i', '/a/b/c/d/e/f/g/h/…'],
    ['*', '*'],
    ['no-path', '{other}'],
  ] as const) {
    assert.equal(routeOf(path), route, path);
  }
});

test('a route is short, is a route of itself, and comes of anything', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webPath(), fc.string({ unit: 'binary' })), (path) => {
      const route = routeOf(path);
      assert.ok(route.length <= 8 * 33 + 2, route);
      if (!route.includes('{') && !route.includes('…')) assert.equal(routeOf(route), route);
    }),
  );
});

/** The same in the plainest words. */
function naiveRouteOf(path: string): string {
  if (!path.startsWith('/')) return path === '*' ? path : '{other}';
  const segments = path.slice(1).split('/');
  const shown = segments.slice(0, 8).map((segment) => {
    const isWord = /^[\w.~-]{0,32}$/.test(segment);
    const isId = /^(?:\d+|(?=.*\d)[\da-f]{8,})$/i.test(segment);
    return isWord && !isId && segment.replace(/\D/g, '').length <= 3 ? segment : '{id}';
  });
  return `/${shown.join('/')}${segments.length > 8 ? '/…' : ''}`;
}

test('any path has the route that a naive reading gives it', () => {
  const segment = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEFgz_.~-%'), maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 5 }),
    fc.uuid(),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const path = fc.array(segment, { maxLength: 11 }).map((segments) => `/${segments.join('/')}`);
  fc.assert(
    fc.property(fc.oneof(path, fc.webPath()), (text) => assert.equal(routeOf(text), naiveRouteOf(text))),
    { numRuns: 3000 },
  );
});
