import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LinkType } from '../../../src/capture/frame.ts';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import { type CapturedPacket, fileSettings, framesOf, runPackets } from '../program/run-pipeline.ts';
import { ipPacketsOf } from './ip-packets.ts';
import { sampleCaptures } from './sample-captures.ts';

const golden = fileURLToPath(new URL('../../golden/', import.meta.url));

/** A capture as IP packets, and its exchanges, which other tests compare with what is known of them. */
export type PlainCapture = {
  readonly path: string;
  readonly packets: readonly CapturedPacket[];
  readonly exchanges: readonly Exchange[];
};

/** The golden captures and, where they are, the sample captures. */
export async function plainCaptures(): Promise<PlainCapture[]> {
  const names = readdirSync(golden).filter((name) => !name.endsWith('.json'));
  const paths = [...names.map((name) => `${golden}${name}`), ...sampleCaptures().map(({ path }) => path)];
  const captures: PlainCapture[] = [];
  for (const path of paths) {
    const packets = ipPacketsOf(await framesOf(path));
    if (packets === undefined) continue;
    captures.push({ path, packets, exchanges: runPackets(packets, LinkType.raw, fileSettings()).exchanges });
  }
  return captures;
}
