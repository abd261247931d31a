import type { Counters } from './counters.ts';

/** What is going on at this moment, beside the counters. */
export type Gauges = SummaryEnd & {
  readonly openConnections: number;
  readonly openRequests: number;
};

/** What the last summary has to tell beside the others. */
export type SummaryEnd = {
  /** Reading the input has failed: nobody knows what else was in it. */
  readonly isInputCut?: boolean;
  /** When a live capture ended, whose connections may have gone on. */
  readonly captureEnd?: Date;
};

/** What one sink did with its records; `dropped` by reason, in words. */
export type SinkSummary = {
  readonly name: string;
  readonly delivered: number;
  readonly retried: number;
  readonly duplicates: number;
  readonly cut: number;
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
    [counters.http_tunnels, 'tunnels'],
    [gauges.openConnections, 'open'],
  ]);
  const losses = lossesOf(counters, recordsDropped(sinks));
  if (gauges.isInputCut) losses.push('the rest of the input');
  return [
    `${amount(exchangesSeen(counters), 'exchange')}${inBrackets(exchanges)}`,
    ...sinks.map((sink) => sinkPart(counters, sink)),
    `${amount(gauges.openRequests, 'request')} waiting`,
    `${amount(counters.connections_opened, 'connection')}${inBrackets(connections)}`,
    amount(counters.frames_received, 'packet'),
    ...captureEndPart(counters, gauges),
    lossPart(losses, gauges),
  ].join('; ');
}

function captureEndPart({ connections_shutdown }: Counters, { captureEnd }: Gauges): string[] {
  if (captureEnd === undefined) return [];
  const open = connections_shutdown === 0 ? 'no connection' : amount(connections_shutdown, 'connection');
  return [`capture ended at ${captureEnd.toISOString()} with ${open} open`];
}

/** What came after the end of a capture could not be seen, so nothing is said of it. */
function lossPart(losses: readonly string[], { captureEnd }: Gauges): string {
  if (losses.length > 0) return `lost: ${losses.join(', ')}`;
  return captureEnd === undefined ? 'no loss' : 'no loss until then';
}

/** What was not captured, not understood, or not delivered. */
function lossesOf(counters: Counters, droppedRecords: number): string[] {
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
    [fragments, 'IP fragment', ' without the rest of their packet'],
    [counters.gaps, 'gap', ` in TCP streams (${amount(counters.gap_bytes, 'byte')})`],
    [counters.http_malformed, 'place', ' that could not be parsed'],
    [counters.http_heads_too_large, 'head', ' over MAX_HEAD'],
    [counters.http_unpaired_requests, 'request', ' that could not be paired'],
    [counters.connections_evicted_count + counters.connections_evicted_memory, 'connection', ' evicted'],
    [droppedRecords, 'record', ' dropped'],
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
  return sinks.flatMap(({ dropped }) => dropped).reduce((sum, [count]) => sum + count, 0);
}

function amount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
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
