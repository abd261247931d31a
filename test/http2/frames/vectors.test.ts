import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { heardOf } from '../../support/http2/frame-log.ts';

const vectors = new URL('../../../../shared/vectors/http2-frame-test-case/', import.meta.url);
const skip = existsSync(vectors) ? false : 'the public vectors are not here';

type Payload = {
  readonly header_block_fragment?: string;
  readonly data?: string;
  readonly promised_stream_id?: number;
  readonly error_code?: number;
  readonly last_stream_id?: number;
  readonly settings?: readonly (readonly [number, number])[];
};

type Vector = {
  readonly name: string;
  readonly bytes: Buffer;
  readonly frame:
    | {
        readonly type: number;
        readonly flags: number;
        readonly stream_identifier: number;
        readonly frame_payload: Payload;
      }
    | undefined;
};

function readVectors(): readonly Vector[] {
  return readdirSync(vectors, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const { wire, frame } = JSON.parse(readFileSync(new URL(name, vectors), 'utf8'));
      return { name, bytes: Buffer.from(wire, 'hex'), frame: frame ?? undefined };
    });
}

/** What must be heard of a valid frame, on its own. */
function expected({ bytes, frame }: Vector): readonly string[] {
  if (frame === undefined) return [];
  const { type, flags, stream_identifier: stream, frame_payload: payload } = frame;
  const ends = (flags & 1) !== 0 ? ' ends' : '';
  switch (type) {
    case 0:
      return [`data ${stream} ${payload.data}`, `data end ${stream}${ends}`];
    case 1:
      return [`headers ${stream} ${payload.header_block_fragment}${ends}`];
    case 3:
      return [`reset ${stream} ${payload.error_code}`];
    case 4:
      return [`settings ${JSON.stringify(payload.settings)}${(flags & 1) !== 0 ? ' ack' : ''}`];
    case 5:
      return [`headers ${stream} promises ${payload.promised_stream_id} ${payload.header_block_fragment}`];
    case 7:
      return [`goaway ${payload.last_stream_id} ${payload.error_code}`];
    case 9:
      return [`lost ${bytes.length}`];
    default:
      return [];
  }
}

/** Of a frame with an error, nothing may be heard but that it makes no sense. */
function mayBeHeard(event: string): boolean {
  return event.startsWith('lost ');
}

/** Larger than a receiver accepts that did not say so: whether this one did is not known here. */
const onlyLarge = 'error/data-frame-size.json';

describe('the frames of http2-frame-test-case', { skip }, () => {
  const all = skip === false ? readVectors() : [];

  test('are all here', () =>
    assert.ok(all.length >= 34 && all.filter(({ frame }) => frame !== undefined).length >= 12));

  for (const vector of all) {
    const { name, bytes } = vector;
    const check = (heard: readonly string[], how: string) => {
      if (vector.frame !== undefined) assert.deepEqual(heard, expected(vector), how);
      else if (name === onlyLarge) assert.ok(heard.length === 1 && heard[0]?.startsWith('data 2 Hello, world!'), how);
      else
        assert.deepEqual(
          heard.filter((event) => !mayBeHeard(event)),
          [],
          how,
        );
    };

    test(`${name} is heard whole, byte by byte and at every split`, () => {
      check(heardOf({}, bytes), 'whole');
      check(heardOf({}, ...Array.from(bytes, (byte) => Buffer.of(byte))), 'byte by byte');
      for (let at = 1; at < bytes.length; at++) {
        check(heardOf({}, bytes.subarray(0, at), bytes.subarray(at)), `at ${at}`);
      }
    });
  }
});
