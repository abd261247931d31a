import assert from 'node:assert/strict';
import type { Detect, Verdict } from '../../../src/stream/verdict.ts';

/** The verdict on a text that lies somewhere inside of a buffer; with fewer bytes it must not say something else. */
export function verdict(detect: Detect, text: string): Verdict {
  const bytes = Buffer.from(`HTTP/1.1 200${text}GET / HTTP/1.1\r\n`, 'latin1');
  const final = detect(bytes, 12, 12 + text.length);
  for (let length = 0; length < text.length; length++) {
    const early = detect(bytes, 12, 12 + length);
    assert.ok(early === 'more' || early === final, `${JSON.stringify(text.slice(0, length))} is already ${early}`);
  }
  return final;
}
