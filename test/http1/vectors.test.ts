import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventsOf, untilLost } from '../support/http1/parser-cases.ts';

const vectors = new URL('../../../shared/vectors/', import.meta.url);
const skip = existsSync(vectors) ? false : 'the public vectors are not here';

type Vector = {
  readonly name: string;
  readonly direction: 'request' | 'response';
  readonly message: string;
  readonly log: readonly string[];
};

const block = '((?:(?!```)[^])*)';
const vectorPattern = new RegExp(
  `<!-- meta=(.*?) -->\\s*\`\`\`http\n${block}\`\`\`${block}\`\`\`log\n${block}\`\`\``,
  'g',
);

/** The messages and logs of llhttp's Markdown, as far as they are about its strict mode. */
function llhttpVectors(): Vector[] {
  return (['request', 'response'] as const).flatMap((direction) => {
    const folder = new URL(`llhttp/${direction}/`, vectors);
    return readdirSync(folder).flatMap((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      const blocks = text.matchAll(vectorPattern);
      return [...blocks]
        .filter(([, meta]) => meta?.includes(`"type": "${direction}"`))
        .map(([, , message = '', , log = ''], index) => ({
          name: `${direction}/${file} #${index}`,
          direction,
          message: wire(message),
          log: log.trim().split('\n'),
        }));
    });
  });
}

/** Their notation: line ends are CR LF, a backslash at the end of a line joins it with the next, others are escapes. */
function wire(text: string): string {
  const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', f: '\f' };
  return text
    .replace(/\n$/, '')
    .replaceAll('\\\n', '')
    .replaceAll('\n', '\r\n')
    .replaceAll(/\\([rntf])/g, (whole, letter: string) => escapes[letter] ?? whole)
    .replaceAll(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

type Summary = { readonly heads: readonly string[]; readonly body: number };

/** What their log says about heads, and how long all bodies are together. */
function summaryOfLog({ direction, log }: Vector): Summary {
  const heads: string[] = [];
  let body = 0;
  let span = { method: '', url: '' };
  for (const line of log) {
    const [, length = '0', kind = '', text = ''] = /len=(\d+) span\[(\w+)\]="?(.*?)"?$/.exec(line) ?? [];
    if (line.endsWith('message begin')) span = { method: '', url: '' };
    if (kind === 'body') body += Number(length);
    if (kind === 'method' || kind === 'url') span = { ...span, [kind]: span[kind] + text };
    const status = /headers complete status=(\d+)/.exec(line)?.[1];
    if (direction === 'response' && status !== undefined) heads.push(status);
    if (direction === 'request' && line.includes('headers complete')) heads.push(`${span.method} ${span.url}`);
  }
  return { heads, body };
}

function summaryOf({ direction, message }: Vector): Summary {
  const inputs = [Buffer.from(message, 'latin1')];
  const events = eventsOf(direction === 'request' ? undefined : Array(20).fill('GET'), inputs);
  const heads = events.filter((event) => event.startsWith('head ')).map((event) => event.slice(5));
  const body = events.filter((event) => event.startsWith('body ')).reduce((sum, event) => sum + event.length - 5, 0);
  return {
    heads: heads.map((head) =>
      direction === 'request' ? head.replace(/ HTTP\/\d\.\d$/, '') : (head.split(' ')[1] ?? ''),
    ),
    body,
  };
}

/** RTSP and ICE are not HTTP, and some of their cases are told what no wire says: to skip the body, to pause. */
function isOurs({ message, log }: Vector): boolean {
  return !log.some((line) => /error|pause|upgrade|skip/i.test(line)) && !/\b(RTSP|ICE)\/1/.test(message);
}

test('what llhttp accepts is read in the same way', { skip }, () => {
  const vectors = llhttpVectors().filter(isOurs);
  assert.ok(vectors.length > 70);
  for (const vector of vectors) assert.deepEqual(summaryOf(vector), summaryOfLog(vector), vector.name);
});

test('every message of llhttp means the same wherever it is cut, for a request and for a response', { skip }, () => {
  for (const { name, message } of llhttpVectors()) {
    const bytes = Buffer.from(message, 'latin1');
    for (const methods of [undefined, Array(20).fill('GET'), Array(20).fill('-')]) {
      const whole = untilLost(eventsOf(methods, [bytes, 'end']));
      for (let at = 1; at < bytes.length; at++) {
        const parts = [bytes.subarray(0, at), bytes.subarray(at), 'end'] as const;
        assert.deepEqual(untilLost(eventsOf(methods, parts)), whole, `${name} at ${at}`);
      }
    }
  }
});
