import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RouteTable } from '../../src/metrics/route-table.ts';
import { usedHeap } from '../support/program/used-heap.ts';

/** A route of letters only. */
function routeNumber(index: number): string {
  return `/${index.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}/x`;
}

test('a scarce place is earned with five exchanges, unless too many other routes come in between', () => {
  const table = new RouteTable(2, () => {});
  const ask = (path: string, times = 1) => Array.from({ length: times }, () => table.shownRoute(path, 200)).at(-1);
  assert.equal(ask('/first'), '/first');
  assert.equal(ask('/early', 4), '{other}');
  for (let index = 0; index < 20; index++) ask(routeNumber(index));
  assert.equal(ask('/early', 4), '{other}');
  for (let index = 0; index < 10; index++) ask(routeNumber(index + 100));
  assert.equal(ask('/early'), '/early');
  assert.equal(ask('/late', 100), '{other}');
});

test('the work for a path does not grow with the number of routes that wait for a place', () => {
  const flood = (maxRoutes: number) => {
    const table = new RouteTable(maxRoutes, () => {});
    let index = 0;
    const askUntil = (end: number) => {
      while (index < end) table.shownRoute(routeNumber(index++), 200);
    };
    askUntil(12 * maxRoutes);
    const before = process.cpuUsage();
    askUntil(index + 120_000);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  // The first ones are slow for want of compiled code.
  for (let times = 0; times < 3; times++) flood(100);
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && best >= 8; tries++) best = Math.min(best, flood(10_000) / flood(100));
  assert.ok(best < 8, `${best} times the work for a hundred times as many`);
});

test('routes for which there is no place take no memory, however many there are', () => {
  const table = new RouteTable(10, () => {});
  for (let index = 0; index < 100; index++) table.shownRoute(routeNumber(index % 10), 200);
  assert.equal(table.shownRoute(routeNumber(99), 200), '{other}');
  const before = usedHeap();
  for (let index = 0; index < 200_000; index++) table.shownRoute(routeNumber(index + 100), 200);
  const more = usedHeap() - before;
  assert.equal(table.overflowing > 200_000, true);
  assert.ok(more < 2_000_000, `${more} bytes more are in use`);
});
