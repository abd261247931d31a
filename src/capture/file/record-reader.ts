import type { Writable } from '../../bytes/writable.ts';
import type { Frame } from '../frame.ts';

/** Decodes the records of one capture file format, from successive parts of a file. */
export interface RecordReader {
  /**
   * Hands the frame of every whole record in `bytes[start, end)` over and returns the offset of the first byte it did
   * not use: the beginning of an unfinished record, to be read again with more bytes behind it, of a record whose frame
   * was not taken, or of the damage.
   */
  read(bytes: Buffer, start: number, end: number): number;
  /** Why nothing can be read from the returned offset on: the end of a sentence. */
  readonly damage: string | undefined;
}

/** Whether the frame was taken: one that was not is offered again later, and none before it. */
export type FrameHandler = (frame: Frame) => boolean;

/** No record may be larger: a length field beyond is damage, not a reason to allocate. */
export const maxRecordLength = 64 * 1024 * 1024;

/** Packets larger than tcpdump's largest snap length are only accepted when the file announces them. */
export function maxPacketLength(snapLength: number): number {
  return Math.min(Math.max(snapLength, 262_144), maxRecordLength - 1024);
}

/** The frame that a reader fills again for every packet. */
export function createFrame(): Writable<Frame> {
  return {
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
    wireLength: 0,
    time: 0,
    linkType: 0,
    direction: undefined,
  };
}

/** Raw IP as some systems number it (DLT_RAW of Linux and of OpenBSD) becomes the registered number. */
export function registeredLinkType(linkType: number): number {
  return linkType === 12 || linkType === 14 ? 101 : linkType;
}
