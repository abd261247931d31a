import { HeadText } from '../../../src/http1/head/head-text.ts';

/** A part of a message of one character per byte, with other bytes before and behind it. */
export function headText(text: string): HeadText {
  const around = 'a: b\n';
  const bytes = Buffer.from(`${around}${text}${around}`, 'latin1');
  return new HeadText().set(bytes, around.length, around.length + text.length);
}
