import type { RingSize } from '../capture/live/af-packet.ts';
import { defaultInterface } from '../capture/live/interfaces.ts';
import { type CaptureStart, checkLiveCapture, chooseInterfaces } from '../capture/live/live-source.ts';
import type { Settings } from '../config/settings.ts';

type CaptureSettings = Settings['capture'];

/** The interfaces as the live source takes them: none means that of the default route. */
export function interfaceNames({ interfaces }: CaptureSettings): readonly string[] {
  if (interfaces === 'default-route') return [];
  return interfaces === 'any' ? ['any'] : interfaces;
}

export function hearsLoopback({ interfaces }: CaptureSettings): boolean {
  return interfaces === 'any' || interfaces.includes('lo');
}

/** What is to be captured where, for people. */
export function describeCapture(capture: CaptureSettings): string {
  return describePackets(capture, describeInterfaces(capture));
}

/** What is captured from the start on and what is waited for, for people. */
export function describeStart(capture: CaptureSettings, { captured, awaited }: CaptureStart): string {
  if (awaited.length === 0) return `capturing ${describeCapture(capture)}`;
  const now =
    captured.length === 0 ? 'nothing is captured yet' : `capturing ${describePackets(capture, captured.join(', '))}`;
  return `${now}; waiting for ${awaited.join(', ')}`;
}

/**
 * Why this process cannot capture that, in one sentence, or `undefined`. An interface that may still come is no
 * problem.
 */
export async function captureProblem(capture: CaptureSettings): Promise<string | undefined> {
  const missing = await checkLiveCapture();
  if (missing !== undefined) return missing;
  try {
    chooseInterfaces(interfaceNames(capture));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function describePackets({ filter, otherHosts, decapsulates }: CaptureSettings, where: string): string {
  const tunnels = decapsulates === true ? ' or are tunnels' : '';
  return `packets that match \`${filter}\`${tunnels} on ${where}${otherHosts ? ', also those to other hosts' : ''}`;
}

function describeInterfaces(capture: CaptureSettings): string {
  if (capture.interfaces === 'any') return 'all interfaces';
  if (capture.interfaces !== 'default-route') return capture.interfaces.join(', ');
  try {
    const { name, isRouted } = defaultInterface();
    return `${name} (${isRouted ? 'the default route' : 'the only one that is up'})`;
  } catch {
    return 'the interface of the default route';
  }
}

/**
 * A ring of about that many bytes: blocks of 512 KiB take the largest packets whole, but never fewer than two of them.
 */
export function ringSize(bytes: number): RingSize {
  const blockBytes = Math.min(512 * 1024, 2 ** Math.floor(Math.log2(bytes / 2)));
  return { blockBytes, blockCount: Math.floor(bytes / blockBytes) };
}
