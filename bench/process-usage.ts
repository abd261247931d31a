import { readFileSync } from 'node:fs';
import { loadKoffi } from '../src/system/koffi.ts';

const rusageChildren = -1;
/** Two `struct timeval` and 14 `long` (getrusage(2)) on a 64-bit Linux. */
const rusageBytes = 2 * 16 + 14 * 8;

const libc = loadKoffi().load(null);
const getrusage = libc.func('int getrusage(int who, void *usage)') as (who: number, usage: Buffer) => number;
const getCpuClock = libc.func('int clock_getcpuclockid(int pid, void *clock)') as (
  pid: number,
  clock: Buffer,
) => number;
const getTime = libc.func('int clock_gettime(int clock, void *time)') as (clock: number, time: Buffer) => number;

/**
 * CPU seconds, user and system, of all children that have ended so far, to the microsecond: the difference before and
 * after is the cost of the one child that ran meanwhile, all its threads and its start included.
 */
export function endedChildrenCpuSeconds(): number {
  const usage = Buffer.alloc(rusageBytes);
  if (getrusage(rusageChildren, usage) !== 0) throw new Error('getrusage failed');
  return secondsAt(usage, 0, 1e-6) + secondsAt(usage, 16, 1e-6);
}

/**
 * CPU seconds, user and system, that a running process has used, all its threads: to the nanosecond, where /proc has
 * hundredths.
 */
export function cpuSeconds(pid: number): number {
  const clock = Buffer.alloc(4);
  if (getCpuClock(pid, clock) !== 0) throw new Error(`there is no process ${pid}`);
  const time = Buffer.alloc(16);
  if (getTime(clock.readInt32LE(), time) !== 0) throw new Error(`the CPU clock of process ${pid} cannot be read`);
  return secondsAt(time, 0, 1e-9);
}

/**
 * Seconds for which the main thread was ready and another process had the CPU; `undefined` where the kernel does not
 * tell.
 */
export function waitedSeconds(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1e9;
  } catch {
    return undefined;
  }
}

export type Memory = {
  /** Largest resident set since the start. */
  readonly peakBytes: number;
  /** Private memory now: what a copy of this process costs in addition. */
  readonly privateBytes: number;
};

/** `undefined` when the process has ended. */
export function memoryOf(pid: number): Memory | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return undefined;
  }
  const peakBytes = kilobytes(status, 'VmHWM');
  const privateBytes = kilobytes(status, 'RssAnon');
  return peakBytes === undefined || privateBytes === undefined ? undefined : { peakBytes, privateBytes };
}

/** Resident now. */
export function residentBytes(pid: number): number {
  return kilobytes(readFileSync(`/proc/${pid}/status`, 'latin1'), 'VmRSS') ?? 0;
}

function kilobytes(status: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}

/** `struct timeval` or `struct timespec`: seconds, then parts of `unit` seconds. */
function secondsAt(bytes: Buffer, offset: number, unit: number): number {
  return Number(bytes.readBigInt64LE(offset)) + Number(bytes.readBigInt64LE(offset + 8)) * unit;
}
