import { bareReaderCommand } from './bare-reader-command.ts';
import type { Command } from './command.ts';
import { serverInterface } from './live-network.ts';
import { buildCommand, loggerCommand, summaryCount } from './logger-command.ts';
import { findProgram } from './programs.ts';

/** Something that captures live. */
export type LiveTool = {
  readonly name: string;
  readonly command: Command;
  /** What it says on stderr once it captures. */
  readonly readyText: string;
  /** Left out by what writes nothing. */
  readonly linesPerExchange?: number;
  /** Packets that the kernel dropped, from what it says on stderr at its end. */
  readonly drops: (errors: string) => number;
  readonly isOurs: boolean;
};

export const reference = 'httpry';

/** Ours, and httpry if it is installed. */
export function liveTools(): readonly LiveTool[] {
  const httpry = findProgram(reference);
  return [ours(true), ours(false), ...(httpry === undefined ? [] : [httpryTool(httpry)])];
}

/** The limit of what ours could do. */
export function bareTool(): LiveTool {
  const command = bareReaderCommand('interface', serverInterface);
  const drops = (errors: string) => summaryCount(errors, 'packets dropped');
  return { name: command.name, command, readyText: 'capturing', drops, isOurs: false };
}

export function ours(headers: boolean): LiveTool {
  return loggerTool(loggerCommand(headers, [], captureEnv));
}

/** Any build of ours, with all headers. */
export function buildTool(program: string): LiveTool {
  return loggerTool(buildCommand(program, [], { LOG_HEADERS: 'true', ...captureEnv }));
}

const captureEnv = { IFACE: serverInterface };

function loggerTool(command: Command): LiveTool {
  return {
    name: command.name,
    command,
    readyText: 'capturing',
    linesPerExchange: 1,
    drops: (errors) => summaryCount(errors, 'packets? dropped by the kernel'),
    isOurs: true,
  };
}

function httpryTool(program: string): LiveTool {
  return {
    name: reference,
    command: { name: reference, words: [program, '-i', serverInterface] },
    readyText: 'Starting capture',
    linesPerExchange: 2,
    drops: (errors) => summaryCount(errors, 'packets dropped'),
    isOurs: false,
  };
}
