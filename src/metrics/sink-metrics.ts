import { type DropReason, dropReasons } from '../sink/account.ts';
import type { Sink } from '../sink/sink.ts';
import type { Metric, Sample } from './metric.ts';

/** What became of the records of each sink, and how each is. */
export function sinkMetrics(sinks: readonly Sink[]): readonly Metric[] {
  const each = (read: (sink: Sink) => number): readonly Sample[] =>
    sinks.map((sink) => ({ labels: { sink: sink.name }, value: read(sink) }));
  const counter = (name: string, help: string, read: (sink: Sink) => number): Metric => {
    return { name: `http_logger_sink_${name}`, type: 'counter', help, samples: each(read) };
  };
  const gauge = (name: string, help: string, read: (sink: Sink) => number): Metric => {
    return { name: `http_logger_sink_${name}`, type: 'gauge', help, samples: each(read) };
  };
  return [
    counter('records_written', 'Records handed to the sink.', ({ account }) => account.written),
    counter(
      'records_replayed',
      'Records of an earlier process, found in the spool.',
      ({ account }) => account.replayed,
    ),
    counter(
      'records_delivered',
      'Records that arrived, as far as the protocol can tell.',
      ({ account }) => account.delivered,
    ),
    {
      name: 'http_logger_sink_records_dropped',
      type: 'counter',
      help: 'Records that will not arrive, by reason (docs/delivery.md).',
      samples: sinks.flatMap(({ name, account }) =>
        (Object.keys(dropReasons) as DropReason[]).map((reason) => {
          return { labels: { sink: name, reason }, value: account.dropped[reason] };
        }),
      ),
    },
    counter('records_retried', 'Records sent again, counted each time.', ({ account }) => account.retried),
    counter('records_duplicate', 'Records that the server had already.', ({ account }) => account.duplicates),
    counter('records_cut', 'Records shortened to fit a datagram.', ({ account }) => account.cut),
    gauge('records_queued', 'Records in memory, those under way included.', ({ account }) => account.queued),
    gauge('records_spooled', 'Records on disk only.', ({ account }) => account.spooled),
    gauge('queue_bytes', 'Encoded bytes of the queued records.', ({ account }) => account.queuedBytes),
    gauge('spool_bytes', 'Bytes of the files of the spool.', ({ account }) => account.spoolBytes),
    counter('spool_errors', 'Failed reads and writes of the spool.', ({ account }) => account.spoolErrors),
    gauge('batches_in_flight', 'Batches under way.', ({ account }) => account.inFlight),
    gauge(
      'oldest_record_age_seconds',
      'How long the record that has waited longest has waited; 0 if none waits.',
      (sink) => sink.oldestAgeMs / 1000,
    ),
    {
      name: 'http_logger_sink_state',
      type: 'gauge',
      help:
        '1 for the state that the sink is in: working, failing (it is tried again) or misconfigured (its settings, ' +
        'or those of its server, have to be corrected).',
      samples: sinks.flatMap(({ name, account }) =>
        (['working', 'failing', 'misconfigured'] as const).map((state) => {
          return { labels: { sink: name, state }, value: account.state === state ? 1 : 0 };
        }),
      ),
    },
  ];
}
