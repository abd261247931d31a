import type { Counters } from '../../telemetry/counters.ts';
import type { Log } from '../../telemetry/log.ts';
import type { FrameSink } from '../frame.ts';
import type { Source, SourceEnd } from '../source.ts';
import { BLOCK_TIMEOUT_MS, checkPacketSocket, type RingSize } from './af-packet.ts';
import { createPacketTaker } from './cooked-packet.ts';
import { InterfaceCapture } from './interface-capture.ts';
import { ANY_INTERFACE, openInterfaceSocket, passingReason } from './interface-socket.ts';
import { defaultInterface } from './interfaces.ts';
import { type Libc, loadLibc, SystemCallError } from './libc.ts';
import { compileFilter, nothingFilter, type PacketFilter } from './packet-filter.ts';

export type LiveSettings = {
  /** Names, or `any`; none at all means the interface of the default route. */
  readonly interfaces: readonly string[];
  /** A pcap-filter expression, of which only `tcp` needs no libpcap; or a filter that is ready. */
  readonly filter: string | PacketFilter;
  /** Packets that are addressed to other hosts are handed over, too. */
  readonly otherHosts?: boolean;
  /** The ring of each interface. */
  readonly ring: RingSize;
};

/** The interfaces that are captured from the start on, and those that are waited for. */
export type CaptureStart = { readonly captured: readonly string[]; readonly awaited: readonly string[] };

/** The smallest ring, for a socket that is only tried. */
const TRIAL_RING: RingSize = { blockBytes: 65_536, blockCount: 1 };

/** How often drops are counted, time is told to the pipeline and interfaces that went away are looked for. */
const LOOK_INTERVAL_MS = 500;

/** What was captured longer ago than this has been read, unless the CPU is short: the kernel is late by some ticks with a block. */
const LAG_MS = BLOCK_TIMEOUT_MS + 50;

/** Captures live interfaces, also ones that come and go, which `log` is told. `started` is called once, when all that are there are captured. */
export function createLiveSource(
  settings: LiveSettings,
  counters: Counters,
  log: Log,
  started: (start: CaptureStart) => void = () => {},
): Source {
  let end: (how: SourceEnd) => void = () => {};
  const ended = new Promise<SourceEnd>((resolve) => {
    end = resolve;
  });

  let captures: readonly InterfaceCapture[] = [];
  return {
    async run(sink) {
      let timer: NodeJS.Timeout | undefined;
      const telling = () => sink.tick(captureTime());
      try {
        captures = createCaptures(settings, counters, log, sink, (error) => end(failure(error)));
        for (const capture of captures) capture.open();
        started(startOf(captures));
        telling();
        timer = setInterval(() => {
          try {
            for (const capture of captures) capture.look();
          } catch (error) {
            end(failure(error));
          }
          telling();
        }, LOOK_INTERVAL_MS);
        return await ended;
      } catch (error) {
        return failure(error);
      } finally {
        clearInterval(timer);
        await Promise.all(captures.map((capture) => capture.close()));
        telling();
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
  };
}

/** What keeps this process from capturing, in one sentence, or `undefined`; opens one socket and closes it again. */
export async function checkLiveCapture(): Promise<string | undefined> {
  try {
    checkPacketSocket(loadLibc());
    return undefined;
  } catch (error) {
    return problem(error);
  }
}

/** The interfaces that would be captured. Throws an Error with one sentence when there is no default route to go by. */
export function chooseInterfaces(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [defaultInterface().name];
  return names.includes(ANY_INTERFACE) ? [ANY_INTERFACE] : [...new Set(names)];
}

/** Those of the interfaces that would be waited for, and why: the end of a sentence about each. Opens each once, and closes it again. */
export function awaitedInterfaces(
  names: readonly string[],
): readonly { readonly name: string; readonly reason: string }[] {
  const libc = loadLibc();
  return chooseInterfaces(names).flatMap((name) => {
    try {
      openInterfaceSocket(name, libc, nothingFilter(), TRIAL_RING).close();
      return [];
    } catch (error) {
      const reason = passingReason(error);
      if (reason === undefined) throw error;
      return [{ name, reason }];
    }
  });
}

function startOf(captures: readonly InterfaceCapture[]): CaptureStart {
  const names = (isOpen: boolean) => captures.filter((capture) => capture.isOpen === isOpen).map(({ name }) => name);
  return { captured: names(true), awaited: names(false) };
}

/** Microseconds since the epoch, up to which nothing is missing any more that was captured. */
function captureTime(): number {
  return (Date.now() - LAG_MS) * 1000;
}

function createCaptures(
  settings: LiveSettings,
  counters: Counters,
  log: Log,
  sink: FrameSink,
  failed: (error: unknown) => void,
): readonly InterfaceCapture[] {
  const libc: Libc = loadLibc();
  const context = {
    libc,
    filter: filterOf(settings),
    ring: settings.ring,
    take: createPacketTaker(counters, sink, settings.otherHosts),
    batchEnded: () => sink.tick(captureTime()),
    dropped: (packets: number) => {
      counters.frames_dropped_kernel += packets;
    },
    failed,
    log,
  };
  return chooseInterfaces(settings.interfaces).map((name) => new InterfaceCapture(name, context));
}

function filterOf({ filter }: LiveSettings): PacketFilter {
  if (typeof filter !== 'string') return filter;
  try {
    return compileFilter(filter);
  } catch (error) {
    throw new Error(`the filter "${filter}" cannot be used: ${problem(error)}`, { cause: error });
  }
}

function failure(error: unknown): SourceEnd {
  return { kind: 'failed', message: problem(error) };
}

function problem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof SystemCallError)) return error.message;
  if (error.code === 'EPERM' || error.code === 'EACCES') return permissionProblem();
  return `the kernel does not let packets be captured (${error.message}); a sandbox such as gVisor may not offer AF_PACKET rings`;
}

function permissionProblem(): string {
  const asRoot = process.geteuid?.() === 0;
  // Kubernetes and docker give capabilities to user 0 only; another user gets them through the file of the program.
  const forUsers = asRoot
    ? ''
    : ', and run it as user 0 (another user only gets it if the node binary carries it, too)';
  return (
    "capturing needs the NET_RAW capability, which this process does not have: in Kubernetes add NET_RAW to the container's " +
    `securityContext.capabilities.add, with docker use --cap-add NET_RAW${forUsers}; on a host run as root or ` +
    `"setcap cap_net_raw+ep ${process.execPath}"`
  );
}
