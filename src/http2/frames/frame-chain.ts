import { Flag, type FrameHeader, FrameType } from './frame-header.ts';
import { isPlausible } from './frame-rules.ts';
import { isOfHeaderBlock } from './header-blocks.ts';

/** Shorter content than this does not tell where frames are. */
const leastContent = 256;

/** Headers that look plausible, each where the one before it says. */
export type FrameChain = {
  /** The place of the first one. */
  readonly start: number;
  readonly count: number;
  /** The stream whose header block must continue next; 0 for none. */
  readonly block: number;
};

/** The chain with the header at `place`, or a new one that begins there; `undefined` if that is none. */
export function nextChain(chain: FrameChain | undefined, header: FrameHeader, place: number): FrameChain | undefined {
  if (!isPlausible(header)) return undefined;
  const block = openBlock(header);
  if (chain !== undefined && mayFollow(chain, header)) {
    return { start: chain.start, count: chain.count + (isUsual(header) ? 1 : 0), block };
  }
  return mayBegin(header) ? { start: place, count: 1, block } : undefined;
}

/** Parts of WINDOW_UPDATE, RST_STREAM and GOAWAY look like empty frames or short DATA: those are none to begin with. */
function mayBegin(header: FrameHeader): boolean {
  const { type, length } = header;
  if (!isUsual(header) || type === FrameType.continuation) return false;
  return length >= (type === FrameType.data ? leastContent : 1);
}

function mayFollow({ block }: FrameChain, { type, stream }: FrameHeader): boolean {
  return block === 0 ? type !== FrameType.continuation : type === FrameType.continuation && stream === block;
}

function openBlock(header: FrameHeader): number {
  return isOfHeaderBlock(header) && (header.flags & Flag.endHeaders) === 0 ? header.stream : 0;
}

/** Lists of small integers look like frames on even streams, which only servers open, and rarely: they do not count. */
function isUsual({ stream }: FrameHeader): boolean {
  return stream === 0 || stream % 2 === 1;
}
