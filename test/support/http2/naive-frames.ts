/** A frame of a stream that is valid and all there. */
export type NaiveFrame = {
  readonly start: number;
  readonly end: number;
  readonly type: number;
  /** Where its content is, without padding; of other frames than DATA, the payload. */
  readonly contentStart: number;
  readonly contentEnd: number;
};

export function naiveFrames(bytes: Buffer): readonly NaiveFrame[] {
  const frames: NaiveFrame[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + 9 + bytes.readUIntBE(start, 3);
    const type = bytes.readUInt8(start + 3);
    const isPadded = type === 0 && (bytes.readUInt8(start + 4) & 8) !== 0;
    const contentStart = start + (isPadded ? 10 : 9);
    frames.push({ start, end, type, contentStart, contentEnd: end - (isPadded ? bytes.readUInt8(start + 9) : 0) });
    start = end;
  }
  return frames;
}

/** What must be heard of valid frames: read at once, in the plainest way, as the lines of a `FrameLog`. */
export function naiveEvents(bytes: Buffer): readonly string[] {
  const events: string[] = [];
  let block = { opening: '', text: '', ends: '' };
  for (const { start, end, type } of naiveFrames(bytes)) {
    const flags = bytes.readUInt8(start + 4);
    const stream = bytes.readUInt32BE(start + 5);
    const hasPadding = [0, 1, 5].includes(type) && (flags & 8) !== 0;
    const payload = hasPadding
      ? bytes.subarray(start + 10, end - bytes.readUInt8(start + 9))
      : bytes.subarray(start + 9, end);
    const ends = (flags & 1) !== 0 ? ' ends' : '';
    if (type === 0 && payload.length > 0) events.push(`data ${stream} ${payload.toString('latin1')}`);
    if (type === 0) events.push(`data end ${stream}${ends}`);
    if (type === 1) {
      const text = payload.toString('latin1', (flags & 0x20) !== 0 ? 5 : 0);
      block = { opening: `headers ${stream}`, text, ends };
    }
    if (type === 5) {
      const opening = `headers ${stream} promises ${payload.readUInt32BE(0)}`;
      block = { opening, text: payload.toString('latin1', 4), ends: '' };
    }
    if (type === 9) block = { ...block, text: block.text + payload.toString('latin1') };
    if ([1, 5, 9].includes(type) && (flags & 4) !== 0) events.push(`${block.opening} ${block.text}${block.ends}`);
    if (type === 3) events.push(`reset ${stream} ${payload.readUInt32BE(0)}`);
    if (type === 7) events.push(`goaway ${payload.readUInt32BE(0)} ${payload.readUInt32BE(4)}`);
    if (type === 4) {
      const values = Array.from({ length: payload.length / 6 }, (_, index) => [
        payload.readUInt16BE(index * 6),
        payload.readUInt32BE(index * 6 + 2),
      ]);
      events.push(`settings ${JSON.stringify(values)}${ends && ' ack'}`);
    }
  }
  return events;
}
