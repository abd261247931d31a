import { amount } from './amount.ts';
import type { Counters } from './counters.ts';

/** What is open at this moment, beside the counters. */
export type Gauges = SummaryEnd & {
  readonly openConnections: number;
  readonly openRequests: number;
};

/** What the last summary has to tell beside the others. */
export type SummaryEnd = {
  /** How many capture files were read. */
  readonly captureFiles?: number;
  /** Reading the input has failed: what else was in it is unknown. */
  readonly isInputTruncated?: boolean;
  readonly liveCapture?: LiveCaptureEnd;
};

/** When a live capture ended, whose connections may have continued, and which interfaces it has captured. */
export type LiveCaptureEnd = {
  readonly end: Date;
  readonly captured: readonly string[];
  /** Waited for until the end. */
  readonly missed: readonly string[];
};

/** What one sink did with its records; `dropped` by reason, in words. */
export type SinkSummary = {
  readonly name: string;
  readonly delivered: number;
  readonly retried: number;
  readonly duplicates: number;
  readonly cut: number;
  /** Cut off the spool, because it was damaged: how many records they were is not known. */
  readonly spoolCutBytes: number;
  readonly queued: number;
  readonly spooled: number;
  readonly dropped: readonly (readonly [count: number, reason: string])[];
};

/** The account in one line: what was seen, what became of it in each sink, and everything that was lost, by reason. */
export function summaryLine(counters: Counters, gauges: Gauges, sinks: readonly SinkSummary[]): string {
  const exchanges = parts([
    [counters.exchanges_answered, 'answered'],
    [counters.exchanges_timeout, 'timed out'],
    [counters.exchanges_reset, 'reset'],
    [counters.exchanges_closed, 'closed'],
    [counters.exchanges_unknown, 'unknown'],
  ]);
  const connections = parts([
    [counters.connections_tls, 'TLS'],
    [counters.connections_http2, 'HTTP/2'],
    [counters.connections_not_http, 'not HTTP'],
    [counters.http_tunnels, counters.http_tunnels === 1 ? 'tunnel' : 'tunnels'],
    [counters.attempts_refused, 'refused'],
    [counters.attempts_timeout, 'unanswered'],
    [gauges.openConnections, 'open'],
  ]);
  const { captureFiles = 1 } = gauges;
  const packets = [
    ...(captureFiles > 1 ? [`of ${captureFiles} files`] : []),
    ...(counters.frames_outside_window > 0 ? [`without ${counters.frames_outside_window} of other times`] : []),
  ].join(', ');
  const losses = lossesOf(counters, sinks);
  if (gauges.isInputTruncated) losses.push('the rest of the input');
  return [
    `${amount(exchangesSeen(counters), 'exchange')}${inBrackets(exchanges)}${latePart(counters)}`,
    ...sinks.map((sink) => sinkPart(counters, sink)),
    `${amount(gauges.openRequests, 'request')} waiting`,
    `${amount(counters.connections_opened, 'connection')}${inBrackets(connections)}`,
    `${amount(counters.frames_received, 'packet')}${inBrackets(packets)}`,
    ...captureEndPart(counters, gauges),
    ...lossPart(losses, gauges),
  ].join('; ');
}

/** Their exchanges are among those that timed out, or the like. */
function latePart({ http_late_responses }: Counters): string {
  return http_late_responses === 0 ? '' : `, ${amount(http_late_responses, 'late answer')}`;
}

function captureEndPart({ connections_shutdown }: Counters, { liveCapture }: Gauges): string[] {
  if (liveCapture === undefined) return [];
  const { end, captured, missed } = liveCapture;
  const open = connections_shutdown === 0 ? 'no connection' : amount(connections_shutdown, 'connection');
  return [
    captured.length > 0 ? `capture ended at ${end.toISOString()} with ${open} open` : 'nothing was captured',
    ...(missed.length > 0 ? [`waited for ${missed.join(', ')} to the end`] : []),
  ];
}

/** Of what came after the end of a capture, or was not captured at all, nothing is known. */
function lossPart(losses: readonly string[], { liveCapture }: Gauges): string[] {
  if (losses.length > 0) return [`lost: ${losses.join(', ')}`];
  if (liveCapture === undefined) return ['no loss'];
  const { captured, missed } = liveCapture;
  if (captured.length === 0) return [];
  return [missed.length > 0 ? `no loss on ${captured.join(', ')} until then` : 'no loss until then'];
}

/** What was not captured, not understood, or not delivered. */
function lossesOf(counters: Counters, sinks: readonly SinkSummary[]): string[] {
  const { fragments_dropped_timeout, fragments_dropped_limit, fragments_dropped_malformed } = counters;
  const fragments =
    fragments_dropped_timeout +
    fragments_dropped_limit +
    fragments_dropped_malformed +
    counters.fragments_dropped_shutdown;
  const losses: readonly (readonly [count: number, what: string, more?: string])[] = [
    [counters.frames_dropped_kernel, 'packet', ' dropped by the kernel'],
    [counters.frames_skipped_link_type, 'packet', ' of an unknown link type'],
    [counters.frames_skipped_truncated, 'packet', ' cut by the snap length'],
    [counters.frames_skipped_malformed, 'malformed packet'],
    [counters.frames_skipped_too_deep, 'packet', ' inside of too many tunnels'],
    [fragments, 'IP fragment', ' without the rest of their packet'],
    [counters.gaps, 'gap', ` in TCP streams (${amount(counters.gap_bytes, 'byte')})`],
    [counters.http_malformed, 'place', ' that could not be parsed'],
    [counters.http_heads_too_large, 'head', ' over MAX_HEAD'],
    [counters.http_unpaired_requests, 'request', ' that could not be paired'],
    [counters.connections_evicted_count + counters.connections_evicted_memory, 'connection', ' evicted'],
    [counters.attempts_over_limit, 'failed connection', ' not logged'],
    [counters.progress_left_out, 'interim record', ' left out'],
    [counters.header_fields_not_logged, 'header field', ' over MAX_FIELDS'],
    [recordsDropped(sinks), 'record', ' dropped'],
    [sum(sinks.map(({ cut }) => cut)), 'record', ' cut to fit a datagram'],
    [sum(sinks.map(({ spoolCutBytes }) => spoolCutBytes)), 'byte', ' of a damaged spool'],
    [counters.internal_errors, 'internal error'],
  ];
  return losses.filter(([count]) => count > 0).map(([count, what, more = '']) => `${amount(count, what)}${more}`);
}

/** Every counter that is not zero. */
export function counterLine(counters: Counters): string {
  return Object.entries(counters)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name}=${count}`)
    .join(' ');
}

export function exchangesSeen(counters: Counters): number {
  return (
    counters.exchanges_answered +
    counters.exchanges_timeout +
    counters.exchanges_reset +
    counters.exchanges_closed +
    counters.exchanges_unknown
  );
}

/** Standard output has no server that could confirm anything. */
function sinkPart(counters: Counters, sink: SinkSummary): string {
  const { name, delivered, retried, duplicates, cut, queued, spooled, dropped } = sink;
  const details = parts([
    [counters.exchanges_ignored_url, 'ignored by URL'],
    [counters.exchanges_own_traffic, 'own traffic'],
    [retried, 'sent again'],
    [duplicates, 'known to the server already'],
    [cut, 'cut to fit a datagram'],
    ...dropped.map(([count, reason]) => [count, `dropped (${reason})`] as const),
    [queued, 'still queued'],
    [spooled, 'in the spool'],
  ]);
  const records = amount(delivered, 'record');
  return `${name === 'stdout' ? `${records} written` : `${name}: ${records} delivered`}${inBrackets(details)}`;
}

function recordsDropped(sinks: readonly SinkSummary[]): number {
  return sum(sinks.flatMap(({ dropped }) => dropped).map(([count]) => count));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function parts(list: readonly (readonly [count: number, what: string])[]): string {
  return list
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

function inBrackets(text: string): string {
  return text === '' ? '' : ` (${text})`;
}
