import { loadLibc } from '../../system/libc.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Source, SourceEnd } from '../source.ts';
import { blockTimeoutMs, checkPacketSocket, type RingSize } from './af-packet.ts';
import { describeFailure } from './capture-failure.ts';
import { createPacketTaker } from './cooked-packet.ts';
import { type CaptureContext, InterfaceCapture } from './interface-capture.ts';
import { anyInterface, openInterfaceSocket, passingReason } from './interface-socket.ts';
import { defaultInterface } from './interfaces.ts';
import { compileFilter, nothingFilter, type PacketFilter } from './packet-filter.ts';
import { withTunnels } from './tunnel-filter.ts';

export type LiveSettings = {
  /** Names, or `any`; none at all means the interface of the default route. */
  readonly interfaces: readonly string[];
  /** A pcap-filter expression, of which only `tcp` needs no libpcap; or a filter that is ready. */
  readonly filter: string | PacketFilter;
  /** Packets that are addressed to other hosts are handed over, too. */
  readonly otherHosts?: boolean;
  /** Tunnels are handed over, too, whatever the filter says. */
  readonly tunnels?: boolean;
  /** The ring of each interface. */
  readonly ring: RingSize;
};

/** The interfaces that are captured from the start on, and those that are waited for. */
export type CaptureStart = { readonly captured: readonly string[]; readonly awaited: readonly string[] };

/** The smallest ring, for a socket that is only tried. */
const trialRing: RingSize = { blockBytes: 65_536, blockCount: 1 };

/** How often drops are counted, time is told to the pipeline and interfaces that went away are looked for. */
const lookIntervalMs = 500;

/**
 * What was captured longer ago than this has been read, unless the CPU is short: the kernel is late by some ticks with
 * a block.
 */
const lagMs = blockTimeoutMs + 50;

/** Who is told how the capture is. */
export type CaptureObserver = {
  readonly log: Log;
  /** Called once, when all interfaces that are there are captured. */
  readonly started?: (start: CaptureStart) => void;
};

/** Captures live interfaces, also ones that come and go. */
export function createLiveSource(settings: LiveSettings, counters: Counters, observer: CaptureObserver): Source {
  let end: (how: SourceEnd) => void = () => {};
  const ended = new Promise<SourceEnd>((resolve) => {
    end = resolve;
  });

  let captures: readonly InterfaceCapture[] = [];
  return {
    async run(sink) {
      let timer: NodeJS.Timeout | undefined;
      const tick = () => sink.tick(captureTime());
      try {
        const context: CaptureContext = {
          libc: loadLibc(),
          filter: filterOf(settings),
          ring: settings.ring,
          take: createPacketTaker(counters, sink, settings),
          batchEnded: tick,
          dropped: (packets) => {
            counters.frames_dropped_kernel += packets;
          },
          failed: (error) => end(failure(error)),
          log: observer.log,
        };
        captures = chooseInterfaces(settings.interfaces).map((name) => new InterfaceCapture(name, context));
        for (const capture of captures) capture.open();
        observer.started?.(startOf(captures));
        tick();
        timer = setInterval(() => {
          try {
            for (const capture of captures) capture.look();
          } catch (error) {
            end(failure(error));
          }
          tick();
        }, lookIntervalMs);
        return await ended;
      } catch (error) {
        return failure(error);
      } finally {
        clearInterval(timer);
        await Promise.all(captures.map((capture) => capture.close()));
        tick();
      }
    },
    stop: () => end({ kind: 'stopped' }),
    unready: () => {
      const { captured, awaited } = startOf(captures);
      if (captured.length > 0) return undefined;
      return awaited.length === 0
        ? 'the capture has not begun'
        : `nothing is captured: waiting for ${awaited.join(', ')}`;
    },
    coverage: () => ({
      captured: namesOf(captures.filter(({ hasCaptured }) => hasCaptured)),
      missed: namesOf(captures.filter(({ hasCaptured }) => !hasCaptured)),
    }),
  };
}

/** What keeps this process from capturing, in one sentence, or `undefined`; opens one socket and closes it again. */
export async function checkLiveCapture(): Promise<string | undefined> {
  try {
    checkPacketSocket(loadLibc());
    return undefined;
  } catch (error) {
    return describeFailure(error);
  }
}

/** The interfaces that would be captured. Throws an Error with one sentence when there is no default route to go by. */
export function chooseInterfaces(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [defaultInterface().name];
  return names.includes(anyInterface) ? [anyInterface] : [...new Set(names)];
}

/**
 * Those of the interfaces that would be waited for, and why: the end of a sentence about each. Opens each once, and
 * closes it again.
 */
export function awaitedInterfaces(
  names: readonly string[],
): readonly { readonly name: string; readonly reason: string }[] {
  const libc = loadLibc();
  return chooseInterfaces(names).flatMap((name) => {
    try {
      openInterfaceSocket(name, libc, { filter: nothingFilter(), ring: trialRing }).close();
      return [];
    } catch (error) {
      const reason = passingReason(name, error);
      if (reason === undefined) throw error;
      return [{ name, reason }];
    }
  });
}

function startOf(captures: readonly InterfaceCapture[]): CaptureStart {
  return {
    captured: namesOf(captures.filter(({ isOpen }) => isOpen)),
    awaited: namesOf(captures.filter(({ isOpen }) => !isOpen)),
  };
}

function namesOf(captures: readonly InterfaceCapture[]): readonly string[] {
  return captures.map(({ name }) => name);
}

/** Microseconds since the epoch, up to which nothing is missing any more that was captured. */
function captureTime(): number {
  return (Date.now() - lagMs) * 1000;
}

function filterOf({ filter, tunnels = false }: LiveSettings): PacketFilter {
  try {
    const compiled = typeof filter === 'string' ? compileFilter(filter) : filter;
    return tunnels ? withTunnels(compiled) : compiled;
  } catch (error) {
    throw new Error(`the filter "${filter}" cannot be used: ${describeFailure(error)}`, { cause: error });
  }
}

function failure(error: unknown): SourceEnd {
  return { kind: 'failed', message: describeFailure(error) };
}
