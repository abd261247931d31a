import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Drain, makePipe, type Output } from './drain.ts';
import type { MeasuredSink } from './measured-sinks.ts';
import { Receiver, type Under } from './receiver.ts';
import type { Arrived } from './receiver-tally.ts';

/** Where the records of one run go. */
export type Destination = {
  readonly env: Readonly<Record<string, string>>;
  /** Standard output of the logger. */
  readonly output: Output;
  /** None when the server is away, or when there is none. */
  readonly receiver: Receiver | undefined;
  /** To be asked when the logger has ended, with the number of records that it has delivered. */
  readonly arrived: (expected: number) => Promise<Pick<Arrived, 'records' | 'distinct'>>;
  readonly close: () => Promise<void>;
};

type Place = {
  readonly folder: string;
  /** Nobody listens, or reads. */
  readonly isAway: boolean;
  /** Runs the server where the logger is. */
  readonly under: Under;
};

const nothing = { records: 0, distinct: 0 };
/** Discard: nobody has listened there for decades. */
const deadPort = '9';

export function openDestination(sink: MeasuredSink, place: Place): Promise<Destination> {
  if (sink.isFile) return openFile(sink, place);
  return sink.protocol === 'path' ? openPipe(sink, place) : openServer(sink, place);
}

async function openServer(sink: MeasuredSink, { folder, isAway, under }: Place): Promise<Destination> {
  const { receiver, port } = isAway ? nobody : await Receiver.start(sink.protocol, '', under);
  return {
    env: sink.env(port === undefined ? deadPort : String(port)),
    output: new Drain(folder),
    receiver,
    arrived: async (expected) => receiver?.arrived(expected) ?? nothing,
    close: async () => receiver?.stop(),
  };
}

const nobody = { receiver: undefined, port: undefined };

/**
 * Standard output, read by a process that can be stopped like a server; with nobody there, a pipe that is open but
 * never read.
 */
async function openPipe(sink: MeasuredSink, { folder, isAway, under }: Place): Promise<Destination> {
  const path = makePipe(folder);
  const guard = openSync(path, constants.O_RDWR);
  const descriptor = openSync(path, constants.O_WRONLY);
  const { receiver } = isAway ? nobody : await Receiver.start(sink.protocol, path, under);
  if (receiver !== undefined) closeSync(guard);
  return {
    env: sink.env(path),
    output: { descriptor, ended: Promise.resolve(), lines: 0, release: () => closeSync(descriptor) },
    receiver,
    arrived: async (expected) => receiver?.arrived(expected) ?? nothing,
    close: async () => {
      if (receiver === undefined) closeSync(guard);
      else await receiver.stop();
      rmSync(path);
    },
  };
}

/** A file is read afterwards, when nothing is measured any more. */
async function openFile(sink: MeasuredSink, { folder, under }: Place): Promise<Destination> {
  const path = `${folder}/records.jsonl`;
  return {
    env: sink.env(path),
    output: new Drain(folder),
    receiver: undefined,
    arrived: async (expected) => {
      const { receiver } = await Receiver.start(sink.protocol, path, under);
      const arrived = await receiver.arrived(expected);
      await receiver.stop();
      return arrived;
    },
    close: async () => rmSync(path, { force: true }),
  };
}
