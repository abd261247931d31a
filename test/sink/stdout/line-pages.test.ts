import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinePages } from '../../../src/sink/stdout/line-pages.ts';

test('lines of any length and any characters come out whole, in order and once', () => {
  const pages = new LinePages();
  const pieces: Buffer[] = [];
  const sent: string[] = [];
  let bytes = 0;
  const take = () => {
    const lines = pages.take();
    if (lines !== undefined) pieces.push(lines.bytes);
    return lines?.count ?? 0;
  };
  let taken = 0;
  for (let index = 0; index < 3000; index++) {
    const line = `${['', 'a', 'é', '日本', '\u{1f600}', '\ud800'][index % 6]?.repeat(index % 97)}${index}`;
    const long = index % 500 === 499 ? 'x'.repeat(70_000 + index) : line;
    if (pages.isFullFor(long)) taken += take();
    bytes += pages.append(long);
    sent.push(long);
    if (index % 7 === 0) taken += take();
  }
  taken += take();
  const text = Buffer.concat(pieces);
  assert.equal(taken, 3000);
  assert.equal(text.length, bytes);
  assert.equal(text.toString(), Buffer.from(`${sent.join('\n')}\n`).toString());
});

test('what was taken is not written to any more, and nothing is taken twice', () => {
  const pages = new LinePages();
  assert.equal(pages.take(), undefined);
  assert.equal(pages.since, undefined);
  pages.append('one');
  assert.ok((pages.since ?? 0) > 0);
  const first = pages.take();
  assert.equal(pages.since, undefined);
  assert.equal(pages.take(), undefined);
  pages.append('two');
  assert.equal(first?.bytes.toString(), 'one\n');
  assert.equal(pages.take()?.bytes.toString(), 'two\n');
});
