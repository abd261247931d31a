import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../src/telemetry/log.ts';

function written(verbose: boolean): string[] {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    verbose,
    () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)),
  );
  log.debug('all of it');
  log.info('as usual');
  log.warn('odd');
  log.error('bad');
  return lines;
}

test('every line has its time and level, in columns', () => {
  assert.deepEqual(written(false), [
    '2026-01-02T03:04:05.006Z info  as usual\n',
    '2026-01-02T03:04:05.006Z warn  odd\n',
    '2026-01-02T03:04:05.006Z error bad\n',
  ]);
});

test('debug lines come with verbose only', () => {
  assert.equal(written(true)[0], '2026-01-02T03:04:05.006Z debug all of it\n');
});

test('a message is one line, whatever line feeds an error has in it', () => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    false,
    () => new Date(0),
  );
  log.warn('TLS fails: one\r\n  two\n');
  assert.deepEqual(lines, ['1970-01-01T00:00:00.000Z warn  TLS fails: one two\n']);
});
