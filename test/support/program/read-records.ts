import type { FrameHandler, RecordReader } from '../../../src/capture/file/record-reader.ts';
import type { Frame, PacketDirection } from '../../../src/capture/frame.ts';

/** A copy of what a frame said. */
export type SeenFrame = {
  readonly packet: string;
  readonly wireLength: number;
  readonly time: number;
  readonly linkType: number;
  readonly direction: PacketDirection;
};

/** What came out of a capture file, the bytes that nothing could be made of, and why. */
export type SeenFile = { readonly frames: SeenFrame[]; readonly unused: number; readonly damage: string | undefined };

/** Feeds a file to a reader in pieces that end at `cuts` and at its end, as a file that is still growing would be. */
export function readRecords(
  createReader: (onFrame: FrameHandler) => RecordReader,
  file: Buffer,
  cuts: readonly number[] = [],
): SeenFile {
  const frames: SeenFrame[] = [];
  const reader = createReader((frame) => {
    frames.push(seen(frame));
    return true;
  });
  let used = 0;
  for (const cut of [...cuts, file.length]) {
    used = reader.read(file, used, cut);
    if (reader.damage !== undefined) break;
  }
  return { frames, unused: file.length - used, damage: reader.damage };
}

/** Fails for a frame that is not within its bytes or has a time that is not a whole, safe number. */
export function seen(frame: Frame): SeenFrame {
  const { bytes, start, end, wireLength, time, linkType, direction } = frame;
  const inBounds = 0 <= start && start <= end && end <= bytes.length && end - start <= wireLength;
  if (!inBounds || !Number.isSafeInteger(time) || time < 0 || !Number.isInteger(linkType)) {
    throw new Error(`Impossible frame: ${JSON.stringify({ start, end, wireLength, time, linkType })}`);
  }
  return { packet: bytes.toString('hex', start, end), wireLength, time, linkType, direction };
}
