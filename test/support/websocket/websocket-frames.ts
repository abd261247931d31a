export type FrameOptions = {
  readonly opcode?: number;
  readonly isFinal?: boolean;
  /** RSV1 to RSV3 as bits 4, 2 and 1. */
  readonly reserved?: number;
  readonly mask?: Buffer;
  /** Bytes of the length: as few as it takes, if it is left out. */
  readonly lengthBytes?: 0 | 2 | 8;
};

export const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A frame (RFC 6455, section 5.2): by default a whole text message of a server. */
export function frame(payload: string | Buffer, options: FrameOptions = {}): Buffer {
  const { opcode = 1, isFinal = true, reserved = 0, mask: key } = options;
  const content = Buffer.from(payload);
  const { length } = content;
  const lengthBytes = options.lengthBytes ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (key === undefined ? 0 : 0x80) | (lengthBytes === 8 ? 127 : lengthBytes === 2 ? 126 : length);
  if (lengthBytes === 2) head.writeUInt16BE(length, 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(BigInt(length), 2);
  if (key === undefined) return Buffer.concat([head, content]);
  return Buffer.concat([head, key, content.map((byte, index) => byte ^ (key[index % 4] as number))]);
}

/** A close frame; without a code it says nothing. */
export function closeFrame(code: number | undefined, options: FrameOptions = {}): Buffer {
  const payload = Buffer.alloc(code === undefined ? 0 : 2);
  if (code !== undefined) payload.writeUInt16BE(code);
  return frame(Buffer.concat([payload, Buffer.from(code === undefined ? '' : 'why')]), { ...options, opcode: 8 });
}
