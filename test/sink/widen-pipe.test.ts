import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { widenPipe } from '../../src/sink/widen-pipe.ts';

const folder = mkdtempSync(join(tmpdir(), 'khl-pipe-'));
after(() => rmSync(folder, { recursive: true }));
const wanted = 1024 * 1024;

test('a pipe takes more after it was widened, and what else records are written to stays as it is', (t) => {
  if (process.platform !== 'linux') return t.skip('pipes of this kind are of Linux');
  if (Number(readFileSync('/proc/sys/fs/pipe-max-size', 'utf8')) < wanted)
    return t.skip('this kernel allows no larger pipes');
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const before = room(pipe);
  widenPipe(pipe);
  assert.equal(before + room(pipe), wanted);
  closeSync(pipe);
  assert.doesNotThrow(() => widenPipe(pipe), 'it is closed');
  const file = openSync(join(folder, 'file'), 'w');
  widenPipe(file);
  closeSync(file);
});

/** Writes until the pipe is full. */
function room(pipe: number): number {
  const piece = Buffer.alloc(4096);
  for (let written = 0; ; written += piece.length) {
    try {
      writeSync(pipe, piece);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
      return written;
    }
  }
}
