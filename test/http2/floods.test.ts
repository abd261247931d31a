import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Http2Connection } from '../../src/http2/connection.ts';
import { HuffmanCode } from '../../src/http2/hpack/huffman-code.ts';
import { asHttp, Playbook } from '../support/http1/playbook.ts';
import { frame, preface } from '../support/http2/frame-bytes.ts';
import { assertLinear } from '../support/program/cpu-cost.ts';

const huffman = new HuffmanCode();
/** `:method: GET`, `:scheme: http`, `:path: /` of the static table. */
const ask = '\x82\x86\x84';
const endHeaders = 4;
const endStream = 1;
const number = (value: number) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);
const repeat = (count: number, make: (index: number) => Buffer) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));
const request = (index: number, flags = endHeaders | endStream) => frame(1, flags, 2 * index + 1, ask);

type Flood = {
  readonly client: (count: number) => Buffer;
  readonly server?: (count: number) => Buffer;
  /** Exchanges that there are, for so many. */
  readonly exchanges: (count: number) => number;
};

/** What one side can send cheaply, in the hope that it costs the other side more. */
const floods: Readonly<Record<string, Flood>> = {
  'streams that are reset at once': {
    client: (count) => repeat(count, (index) => Buffer.concat([request(index), frame(3, 0, 2 * index + 1, number(8))])),
    exchanges: (count) => count,
  },
  'streams that are never answered': {
    client: (count) => repeat(count, (index) => request(index)),
    exchanges: (count) => count,
  },
  settings: {
    client: (count) => repeat(count, () => frame(4, 0, 0, Buffer.concat([Buffer.of(0, 1), number(0)]))),
    server: (count) => repeat(count, () => frame(4, 1, 0)),
    exchanges: () => 0,
  },
  pings: { client: (count) => repeat(count, () => frame(6, 0, 0, '12345678')), exchanges: () => 0 },
  'windows of one byte': { client: (count) => repeat(count, () => frame(8, 0, 0, number(1))), exchanges: () => 0 },
  'DATA without content': {
    client: (count) => Buffer.concat([request(0, endHeaders), repeat(count, () => frame(0, 0, 1))]),
    exchanges: () => 1,
  },
  'DATA of one byte': {
    client: (count) => Buffer.concat([request(0, endHeaders), repeat(count, () => frame(0, 0, 1, 'x'))]),
    exchanges: () => 1,
  },
  'empty CONTINUATIONs': {
    client: (count) => Buffer.concat([frame(1, 0, 1, ask), repeat(count, () => frame(9, 0, 1))]),
    exchanges: () => 0,
  },
  'GOAWAYs that leave ever more out': {
    client: (count) => repeat(count, (index) => request(index)),
    server: (count) =>
      repeat(count, (index) => frame(7, 0, 0, Buffer.concat([number(2 * (count - index)), number(0)]))),
    exchanges: (count) => count,
  },
  'frames on streams that make no sense': {
    client: (count) =>
      Buffer.concat([repeat(500, (index) => request(index)), repeat(count, () => frame(0, 0, 0, 'x'))]),
    exchanges: () => 500,
  },
  'a table that is filled again and again': {
    client: (count) =>
      repeat(count, (index) => frame(1, endHeaders | endStream, 2 * index + 1, `${ask}\x40\x01a\x10${'b'.repeat(16)}`)),
    exchanges: (count) => count,
  },
};

function play({ client, server }: Flood, count: number): Playbook {
  const playbook = new Playbook({
    bodyLimitBytes: 1000,
    listen: (connection, context) =>
      new Http2Connection(asHttp(connection), { ...context, huffman }, { kind: 'preface' }),
  });
  const segments = (side: 0 | 1, bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 1448) playbook.data(side, bytes.subarray(at, at + 1448));
  };
  playbook.data(0, preface);
  segments(0, client(count));
  if (server !== undefined) segments(1, server(count));
  return playbook;
}

for (const [title, flood] of Object.entries(floods)) {
  test(`${title} cost no more than they are long, and are held within bounds`, async () => {
    const playbook = play(flood, 3000);
    assert.ok(playbook.connection.maxHeldBytes < 1000 * 1500 + 200_000, `${playbook.connection.maxHeldBytes}`);
    playbook.close('finished');
    assert.equal(playbook.connection.heldBytes, 0);
    assert.equal(playbook.exchanges.length, flood.exchanges(3000));
    await assertLinear({
      run: (count) => void play(flood, count).close('finished'),
      less: () => 2000,
      more: () => 8000,
      most: () => 32_000,
    });
  });
}
