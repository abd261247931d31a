import { bareReaderCommand } from './bare-reader-command.ts';
import type { Command } from './command.ts';
import { loggerCommand } from './logger-command.ts';
import { findProgram, type ProgramName } from './programs.ts';

export type ReplayTool = {
  readonly name: string;
  readonly command: (path: string) => Command;
  /** Lines that it writes for each exchange if it sees everything. */
  readonly linesPerExchange?: number;
  /** Then other numbers of lines are an error. */
  readonly mustBeComplete?: true;
  /** How many times httpry's exchanges per second it is meant to reach. */
  readonly target?: number;
  /** Too slow for the whole workload: measured once, on a smaller one of the same kind. */
  readonly isSlow?: true;
  /** Whether it can read HTTP/2; it can, if that is left out. */
  readonly readsHttp2?: false;
  /** Its lines are too many to be counted as fast as it writes them. */
  readonly isUncounted?: true;
};

/** Ours, and those of the peers that are installed. */
export function replayTools(): readonly ReplayTool[] {
  return [
    { ...ours(true), target: 1 },
    { ...ours(false), target: 2 },
    ...peer('httpry', (program, path) => [program, '-q', '-r', path], { linesPerExchange: 2, readsHttp2: false }),
    ...peer('tcpdump', (program, path) => [program, '-n', '-r', path], {}),
    ...peer(
      'tshark',
      (program, path) => [program, '-n', '-r', path, '-Y', 'http or http2', '-T', 'fields', ...fields],
      {
        isSlow: true,
      },
    ),
    { name: 'only reading packets', command: (path) => bareReaderCommand('file', path), isUncounted: true },
    { name: 'cat', command: (path) => ({ name: 'cat', words: ['cat', path] }), isUncounted: true },
  ];
}

function ours(headers: boolean): ReplayTool {
  const { name } = loggerCommand(headers);
  return {
    name,
    command: (path) => loggerCommand(headers, ['--read', path]),
    linesPerExchange: 1,
    mustBeComplete: true,
  };
}

function peer(
  name: ProgramName,
  words: (program: string, path: string) => readonly string[],
  more: Pick<ReplayTool, 'linesPerExchange' | 'isSlow' | 'readsHttp2'>,
): ReplayTool[] {
  const program = findProgram(name);
  return program === undefined ? [] : [{ name, command: (path) => ({ name, words: words(program, path) }), ...more }];
}

/** About what a record without headers says. */
const fields = [
  ...['frame.time_epoch', 'ip.src', 'tcp.srcport', 'ip.dst', 'tcp.dstport'],
  ...['http.request.method', 'http.host', 'http.request.uri', 'http.user_agent'],
  ...['http.response.code', 'http.content_type', 'http.content_length', 'http.time'],
  ...['http2.streamid', 'http2.headers.method', 'http2.headers.path', 'http2.headers.status', 'http2.header.name'],
].flatMap((field) => ['-e', field]);
