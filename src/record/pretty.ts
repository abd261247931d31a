import { visibleText } from '../bytes/visible-text.ts';
import { failureOf } from './failure.ts';
import { grpcStatusName } from './grpc-status.ts';
import type { LogRecord } from './record.ts';
import { formatTime } from './rfc3339.ts';

/** Where the terminal's is not known. */
const usualWidth = 140;
const minTargetWidth = 10;
/** Addresses leave room for so much of it, or are left out. */
const usualTargetWidth = 20;
const arrows = { incoming: '←', outgoing: '→', unknown: '·' } as const;
const colours = { red: 31, green: 32, yellow: 33, cyan: 36, grey: 90 } as const;

/**
 * One line for people (no line end): time (UTC), direction, status or outcome, method, host and path, duration, sizes,
 * addresses. Everything that came over the wire is escaped, so traffic cannot send commands to the terminal. `width` is
 * in columns; without it lines have a usual one, and a target that does not fit makes its line longer.
 */
export function formatPretty(record: LogRecord, colour: boolean, width?: number): string {
  const paint = (text: string, name: keyof typeof colours) => (colour ? `\x1b[${colours[name]}m${text}\x1b[0m` : text);
  const time = formatTime(record.startTime).slice(11, 23);
  const arrow = arrows[record.endpoints.direction];
  const { session } = record;
  const status = statusText(record).padEnd(7);
  const method = fit(visibleText(session === undefined ? (record.method ?? record.kind ?? '?') : 'session'), 7);
  const duration = (record.durationMs === undefined ? '' : formatDuration(record.durationMs)).padStart(9);
  const isConnect = record.kind === 'connect';
  const sizes = isConnect ? '' : formatSizes(record);
  const client = joinAddress(record.endpoints.clientIp, record.endpoints.clientPort);
  const { late, incomplete, part } = record;
  const open = part === undefined ? '' : ` still open (${part})`;
  const remarks = `${open}${late ? ' late' : ''}${incomplete ? ' incomplete' : ''}`;
  const server = joinAddress(record.endpoints.serverIp, record.endpoints.serverPort);
  const addresses = `${client} → ${server}`;
  const rest = `${time} ${arrow} ${status} ${method}  ${duration}  ${sizes}${remarks}`.length;
  // On a narrow terminal what was asked for says more than who asked.
  const ends =
    rest + 2 + addresses.length + usualTargetWidth <= (width ?? usualWidth) ? `  ${addresses}${remarks}` : remarks;
  const taken = rest - remarks.length + ends.length;
  const wanted = isConnect ? server : `${record.host ?? ''}${record.path ?? ''}`;
  const room = Math.max(minTargetWidth, (width ?? usualWidth) - taken);
  const target = width === undefined ? fill(visibleText(wanted), room) : fit(visibleText(wanted), room);
  const statusColour = colourOf(record);
  return (
    `${paint(time, 'grey')} ${paint(arrow, 'cyan')} ${paint(status, statusColour)} ${method} ${target} ` +
    `${duration}  ${paint(`${sizes}${ends}`, 'grey')}`
  );
}

/** Of a call of gRPC its own. Of an answer whose status could not be read there is none. */
function statusText({ kind, status, outcome, grpc }: LogRecord): string {
  if (grpc?.status !== undefined) return grpcStatusName(grpc.status);
  if (status !== undefined && kind !== 'session') return kind === 'progress' ? `${status} …` : String(status);
  return outcome === 'answered' ? '?' : (outcome ?? '…');
}

/** Grey says that nothing is known, not that something has failed. */
function colourOf(record: LogRecord): keyof typeof colours {
  if (failureOf(record) !== undefined) return 'red';
  const { status } = record;
  if (status === undefined) return 'grey';
  if (status >= 400) return 'yellow';
  return status >= 300 ? 'cyan' : 'green';
}

/** Exactly this many characters: filled with spaces, or cut with an ellipsis. */
function fit(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? fill(text, length) : `${characters.slice(0, length - 1).join('')}…`;
}

/** At least this many characters. */
function fill(text: string, length: number): string {
  return text + ' '.repeat(Math.max(0, length - Array.from(text).length));
}

function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 100_000 ? 2 : 0)} s`;
}

function formatSizes({ requestBytes, responseBytes, session }: LogRecord): string {
  const [up, down] = session === undefined ? [requestBytes, responseBytes] : [session.clientBytes, session.serverBytes];
  return `↑${formatBytes(up).padEnd(6)} ↓${formatBytes(down).padEnd(6)}`;
}

function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '?';
  if (bytes < 1000) return String(bytes);
  const unit = bytes < 1e6 ? 'k' : bytes < 1e9 ? 'M' : 'G';
  const count = bytes / { k: 1e3, M: 1e6, G: 1e9 }[unit];
  return `${count.toFixed(count < 10 ? 1 : 0)}${unit}`;
}

function joinAddress(ip: string | undefined, port: number): string {
  if (ip === undefined) return `?:${port}`;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
