import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import type { MemoryReport } from '../support/program/memory-child.ts';
import { defaultPipelineSettings } from '../support/program/run-pipeline.ts';
import { endingWithParent } from '../support/program/start-program.ts';

const limits = defaultPipelineSettings().tcp;
const megabyte = 1024 * 1024;
/**
 * The process with the TypeScript loader, before any packet: Node 24 takes more than Node 20. The limited heap is the
 * sharper bound.
 */
const idleRss = 220 * megabyte;
/** A little more than the limit may be held for one segment, until the idlest connections have been closed. */
const slack = 256 * 1024;

/** Runs one load of memory-child.ts with this heap, MB; a heap that is too small ends the child. */
function run(load: string, heapMegabytes: number, ...more: readonly string[]): MemoryReport {
  const node = [process.execPath, `--max-old-space-size=${heapMegabytes}`, '--expose-gc', '--import', 'tsx'];
  const [command = '', ...words] = [
    ...endingWithParent,
    ...node,
    'test/support/program/memory-child.ts',
    load,
    ...more,
  ];
  const child = spawnSync(command, words, { encoding: 'utf8', maxBuffer: megabyte });
  assert.equal(child.status, 0, `the child ended with ${child.status ?? child.signal}: ${child.stderr.slice(-2000)}`);
  return JSON.parse(child.stdout);
}

function assertWithinLimits(report: MemoryReport, rss: number): void {
  assert.equal(report.failures, 0);
  assert.equal(report.leftBufferedBytes, 0);
  assert.ok(report.maxConnections <= limits.maxConnections, `${report.maxConnections} connections`);
  assert.ok(report.maxBufferedBytes <= limits.maxBufferedBytes + slack, `${report.maxBufferedBytes} bytes buffered`);
  assert.ok(report.peakRss < rss, `${Math.round(report.peakRss / megabyte)} MB RSS`);
}

describe('memory stays inside the documented limits', () => {
  test('100,000 connections at once, each with an open request: every exchange comes out', () => {
    const report = run('connections', 400);
    assert.equal(report.answered, 400_000);
    assert.equal(report.exchanges, 400_000);
    assert.equal(report.maxConnections, 100_000);
    assertWithinLimits(report, idleRss + 400 * megabyte);
  });

  for (const framing of ['length', 'chunked', 'close']) {
    test(`a body of 2 GB (${framing}) costs no more than a small one`, () => {
      const report = run(framing, 32);
      assert.equal(report.answered, 1);
      assert.equal(report.responseBytes, 2_000_000_000);
      assertWithinLimits(report, idleRss + 100 * megabyte);
    });
  }

  test('heads that never end are given up, the idlest first', () => {
    assertWithinLimits(run('heads', 160), idleRss + 350 * megabyte);
  });

  test('segments behind holes are given up, the idlest first', () => {
    assertWithinLimits(run('holes', 160), idleRss + 350 * megabyte);
  });

  test('connections that have ended cost next to nothing', () => {
    const report = run('short', 32);
    assert.equal(report.answered, 100_000);
    assert.equal(report.maxConnections, 1);
    assertWithinLimits(report, idleRss + 100 * megabyte);
  });

  test('a flood of SYNs forgets the idlest connections', () => {
    assertWithinLimits(run('syns', 256), idleRss + 350 * megabyte);
  });

  for (const load of ['short bodies', 'half heads', 'half lines']) {
    test(`what is counted is what is really held, within a third: ${load} on 10,000 connections`, () => {
      const { heldBytes, countedBytes, leftBufferedBytes } = run(load, 400, '4096');
      assert.ok(heldBytes > 10_000_000, `${heldBytes}`);
      const ratio = heldBytes / countedBytes;
      assert.ok(ratio < 1.34, `${heldBytes} bytes are held, ${countedBytes} counted`);
      assert.equal(leftBufferedBytes, 0);
    });
  }

  test('requests that are never answered end as unknown, none is lost', () => {
    const report = run('requests', 256);
    assert.equal(report.exchanges, 200 * 3000);
    assertWithinLimits(report, idleRss + 350 * megabyte);
  });
});
