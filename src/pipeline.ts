import type { FrameSink } from './capture/frame.ts';
import { type ConnectOutlets, createConnectRecorder } from './connect-recorder.ts';
import { ConnectionExchanges } from './exchange/connection-exchanges.ts';
import type { IsLocal } from './exchange/direction.ts';
import type { Exchange } from './exchange/exchange.ts';
import type { ExchangeContext } from './exchange/exchange-context.ts';
import { OpenExchanges } from './exchange/open-exchanges.ts';
import { ProgressQueue } from './exchange/progress-queue.ts';
import { TimeoutQueue, type TimeoutSettings } from './exchange/timeout-queue.ts';
import { Decoder } from './packet/decode.ts';
import { createProgressRecorder, type ProgressOutlets } from './progress-recorder.ts';
import { createProtocols, type ProtocolContext } from './protocols.ts';
import type { LogRecord } from './record/record.ts';
import { createSessionRecorder, type SessionOutlets } from './session-recorder.ts';
import type { OwnTraffic } from './sink/own-traffic.ts';
import type { Sink } from './sink/sink.ts';
import type { Protocol } from './stream/protocol.ts';
import { type DetectorContext, detectorInside, ProtocolDetector } from './stream/protocol-detector.ts';
import type { ConnectionLimits } from './tcp/connection-limits.ts';
import { ConnectionTable } from './tcp/connection-table.ts';
import type { Counters } from './telemetry/counters.ts';

/**
 * A SYN is sent again after at most half a minute, and the logger knows its own connections for a minute after their
 * end.
 */
const maxAttemptMs = 30_000;

export type PipelineSettings = {
  /** Whether packets inside of tunnels are looked for. */
  readonly packet: { readonly decapsulates: boolean };
  readonly tcp: ConnectionLimits;
  readonly http: { readonly maxHeadBytes: number };
  readonly exchange: TimeoutSettings & {
    readonly bodyLimitBytes: number;
    /** How often exchanges that last are told before their end; 0: never. */
    readonly progressIntervalMs: number;
    /**
     * Whether a request counts as unanswered only when its connection or the capture has ended, which is the truth but
     * may take for ever in a live capture; else it is told after its time, and again when an answer comes.
     */
    readonly readsToEnd: boolean;
  };
};

/** What the pipeline has to know of the world that it only sees packets of. */
export type PipelineSurroundings = {
  readonly counters: Counters;
  /** Keeps outsiders from choosing connections that collide: random while capturing live, else the same every time. */
  readonly seed: number;
  readonly isLocal: IsLocal;
  readonly ownTraffic: Pick<OwnTraffic, 'isOwn' | 'isOwnExchange' | 'isOwnAttempt'>;
  readonly onFailure: (error: unknown) => void;
  /** The table of protocols, if it is another one. */
  readonly protocols?: (context: ProtocolContext) => Readonly<Record<string, Protocol>>;
};

/** What becomes of exchanges, of what they agreed to, and of connections that never came up. */
export type PipelineOutlets = {
  /** Sees every exchange of others, also those that are not to be logged. */
  readonly observe: (exchange: Exchange) => void;
  /** Whether requests of this target are not to be logged. */
  readonly isIgnored: (target: string) => boolean;
  readonly buildRecord: (exchange: Exchange) => LogRecord;
  readonly sinks: readonly Pick<Sink, 'write'>[];
  readonly connects: Omit<ConnectOutlets, 'sinks'>;
  readonly sessions: Pick<SessionOutlets, 'types' | 'buildRecord'>;
  readonly progress: Pick<ProgressOutlets, 'buildRecord'>;
};

/** Frames in, records out. */
export interface Pipeline extends FrameSink {
  /** The capture is over: whatever is still open is sent as far as it was seen. */
  close(): void;
  readonly openConnections: number;
  readonly openRequests: number;
  readonly openExchanges: Pick<OpenExchanges, 'size' | 'begun'>;
  readonly bufferedBytes: number;
}

/**
 * The whole product, from right to left because each stage calls the next one directly: a frame is decoded to a TCP
 * segment, the segment finds its connection, the connection puts its bytes in order, the detector finds out which
 * protocol or layer they are, the protocol pairs requests with responses, and each exchange becomes a record in every
 * sink. Everything runs on capture time, nothing waits.
 */
export function createPipeline(
  settings: PipelineSettings,
  surroundings: PipelineSurroundings,
  outlets: PipelineOutlets,
): Pipeline {
  const { counters, seed, isLocal, ownTraffic, onFailure } = surroundings;
  const timeouts = new TimeoutQueue(settings.exchange);
  const progress = new ProgressQueue(settings.exchange.progressIntervalMs, counters);
  const openExchanges = new OpenExchanges(outlets.isIgnored);
  const exchangeContext: ExchangeContext = {
    counters,
    timeouts,
    progress,
    openExchanges,
    readsToEnd: settings.exchange.readsToEnd,
    bodyLimitBytes: settings.exchange.bodyLimitBytes,
    isLocal,
    emit: createRecorder(surroundings, outlets),
    emitProgress: createProgressRecorder(surroundings, { ...outlets, ...outlets.progress }),
    emitSession: createSessionRecorder(surroundings, { ...outlets, ...outlets.sessions }),
  };
  const protocols = (surroundings.protocols ?? createProtocols)({
    counters,
    maxHeadBytes: settings.http.maxHeadBytes,
    exchanges: (connection, client) => new ConnectionExchanges(connection, client, exchangeContext),
  });
  const detectorContext: DetectorContext = {
    protocols: Object.values(protocols),
    counters,
    isOwn: (ends) => ownTraffic.isOwn(ends),
  };
  const inside = detectorInside(detectorContext);
  const connections = new ConnectionTable(settings.tcp, counters, {
    seed,
    open: (connection) => new ProtocolDetector(connection, detectorContext, inside),
    onFailure,
    attempts: {
      timeoutMs: Math.min(settings.exchange.timeoutMs, maxAttemptMs),
      failed: createConnectRecorder(surroundings, { ...outlets.connects, sinks: outlets.sinks }),
    },
  });
  const decoder = new Decoder(counters, {
    decapsulates: settings.packet.decapsulates,
    deliver: (segment) => connections.segment(segment),
    refuse: (segment) => connections.refuse(segment),
  });
  /** An error of our own that is no connection's costs a packet or a look at the time, not the capture. */
  const failed = (error: unknown) => {
    counters.internal_errors++;
    onFailure(error);
  };
  const guarded = (work: () => void) => {
    try {
      work();
    } catch (error) {
      failed(error);
    }
  };
  let lastTime = 0;
  return {
    frame(frame) {
      lastTime = frame.time;
      // Not by `guarded`, which would cost a closure for each packet.
      try {
        decoder.frame(frame);
      } catch (error) {
        failed(error);
      }
    },
    tick(now) {
      lastTime = now;
      for (const stage of [decoder, connections, timeouts, progress]) guarded(() => stage.tick(now));
    },
    close() {
      guarded(() => decoder.close());
      guarded(() => timeouts.expire(lastTime));
      guarded(() => connections.close());
    },
    get openConnections() {
      return connections.openConnections;
    },
    get openRequests() {
      return timeouts.size;
    },
    openExchanges,
    get bufferedBytes() {
      return connections.bufferedBytes;
    },
  };
}

type RecorderSurroundings = {
  readonly counters: Counters;
  readonly ownTraffic: Pick<OwnTraffic, 'isOwnExchange'>;
};

/** From an exchange to its record in the sinks, unless it is one of our own or not to be logged. */
export function createRecorder(
  { counters, ownTraffic }: RecorderSurroundings,
  outlets: Omit<PipelineOutlets, 'connects' | 'sessions' | 'progress'>,
): (exchange: Exchange) => void {
  const { observe, isIgnored, buildRecord, sinks } = outlets;
  return (exchange) => {
    if (ownTraffic.isOwnExchange(exchange)) {
      counters.exchanges_own_traffic++;
      return;
    }
    observe(exchange);
    const target = exchange.request?.head.target;
    if (target !== undefined && isIgnored(target)) {
      counters.exchanges_ignored_url++;
      return;
    }
    counters.records_built++;
    const record = buildRecord(exchange);
    counters.header_fields_not_logged += fieldsNotLogged(record);
    for (const sink of sinks) sink.write(record);
  };
}

function fieldsNotLogged(record: LogRecord): number {
  const { requestHeaders, responseHeaders, requestTrailers, responseTrailers } = record;
  const ofTrailers = (requestTrailers?.notLogged ?? 0) + (responseTrailers?.notLogged ?? 0);
  return (requestHeaders?.notLogged ?? 0) + (responseHeaders?.notLogged ?? 0) + ofTrailers;
}
