import type { Detect } from '../stream/verdict.ts';
import { Flag, FrameType, headerLength, readFrameHeader } from './frames/frame-header.ts';
import { isPlausible } from './frames/frame-rules.ts';
import { fragmentOf } from './frames/header-blocks.ts';
import { HpackDecoder } from './hpack/hpack-decoder.ts';
import type { HuffmanCode } from './hpack/huffman-code.ts';

/** Enough for the fields that stand for a start line, which come first. */
const maxListBytes = 4096;
const ofRequest = /^:(?:method|path|scheme|authority)$/;
const ofResponse = /^:status$/;

type Speaker = 'client' | 'server';

/**
 * Whether frames begin in the middle of a connection, and whose they are: a header block among them tells, which hardly
 * ever refers to what was there before with all of its fields that stand for a start line (RFC 9113, section 8.3).
 */
export function joinedFramesOf(speaker: Speaker, huffman: () => HuffmanCode): Detect {
  return (bytes, start, end) => {
    for (let at = start; end - at >= headerLength; ) {
      const header = readFrameHeader(bytes, at);
      if (!isPlausible(header)) return 'no';
      const payload = { bytes, start: at + headerLength, end: at + headerLength + header.length };
      if (header.type === FrameType.headers) {
        if (payload.end > end) return 'more';
        const isWhole = (header.flags & Flag.endHeaders) !== 0;
        const block = isWhole ? fragmentOf(header, payload) : undefined;
        const found =
          block && speakerOf(new HpackDecoder({ huffman: huffman(), maxListBytes, isFromStart: false }), block);
        if (found !== undefined) return found === speaker ? 'yes' : 'no';
      }
      at = payload.end;
    }
    return 'no';
  };
}

/** Undefined of trailers, and of what is no header block. */
function speakerOf(
  decoder: HpackDecoder,
  { bytes, start, end }: { readonly bytes: Buffer; readonly start: number; readonly end: number },
): Speaker | undefined {
  const { fields, isMalformed } = decoder.decode(bytes, start, end);
  if (isMalformed) return undefined;
  if (fields.some(({ name }) => ofRequest.test(name))) return 'client';
  return fields.some(({ name }) => ofResponse.test(name)) ? 'server' : undefined;
}
