import { int32, uint8, uint16 } from '../../bytes/integers.ts';

/** Of a frame's header (RFC 9113, section 4.1). */
export const headerLength = 9;

/** RFC 9113, section 6. */
export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const Flag = { endStream: 0x01, ack: 0x01, endHeaders: 0x04, padded: 0x08, priority: 0x20 } as const;

export type FrameHeader = {
  /** Of the payload. */
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
};

/** The header at `at`, whose bytes are all there. */
export function readFrameHeader(bytes: Buffer, at: number): FrameHeader {
  return {
    length: (uint8(bytes, at) << 16) | uint16(bytes, at + 1),
    type: uint8(bytes, at + 3),
    flags: uint8(bytes, at + 4),
    stream: int32(bytes, at + 5) & 0x7fffffff,
  };
}
