import { int32, uint16 } from '../../bytes/integers.ts';
import { Flag, type FrameHeader, FrameType } from './frame-header.ts';
import type { FrameListener } from './frame-listener.ts';
import type { Gatherer } from './gatherer.ts';

/** Of GOAWAY: what the sender wants to say beside is not read. */
const goawayLength = 8;
const settingLength = 6;

/** How much of the payload is read of a frame that has neither content nor a header block. */
export function controlLength({ type, length }: FrameHeader): number {
  if (type === FrameType.goaway) return goawayLength;
  return type === FrameType.reset || type === FrameType.settings ? length : 0;
}

/** Tells what a frame says whose payload has come, as far as it is read. */
export function readControlFrame(
  { type, flags, stream }: FrameHeader,
  { bytes, start, end }: Gatherer,
  { listener, time }: { readonly listener: FrameListener; readonly time: number },
): void {
  if (type === FrameType.reset) listener.reset(stream, int32(bytes, start) >>> 0, time);
  if (type === FrameType.goaway) {
    listener.goaway(int32(bytes, start) & 0x7fffffff, int32(bytes, start + 4) >>> 0, time);
  }
  if (type === FrameType.settings) listener.settings(settingsIn(bytes, start, end), (flags & Flag.ack) !== 0);
}

function settingsIn(bytes: Buffer, start: number, end: number): readonly (readonly [id: number, value: number])[] {
  const settings: [number, number][] = [];
  for (let at = start; at < end; at += settingLength) {
    settings.push([uint16(bytes, at), int32(bytes, at + 2) >>> 0]);
  }
  return settings;
}
