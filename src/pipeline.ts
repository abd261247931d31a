import type { Frame, FrameSink } from './capture/frame.ts';
import type { ConversationContext } from './exchange/conversation.ts';
import type { IsLocal } from './exchange/direction.ts';
import type { Exchange } from './exchange/exchange.ts';
import { TimeoutQueue, type TimeoutSettings } from './exchange/timeout-queue.ts';
import { Decoder } from './packet/decode.ts';
import { type IsOwn, ProtocolDetector } from './protocol-detector.ts';
import { createProtocols } from './protocols.ts';
import { type ConnectionLimits, ConnectionTable } from './tcp/connection-table.ts';
import type { Counters } from './telemetry/counters.ts';

export type PipelineSettings = {
  readonly tcp: ConnectionLimits;
  readonly http: { readonly maxHeadBytes: number };
  readonly exchange: TimeoutSettings & { readonly bodyLimitBytes: number };
};

/** Frames in, exchanges out. */
export interface Pipeline extends FrameSink {
  /** The capture is over: whatever is still open is sent as far as it was seen. */
  close(): void;
  readonly openConnections: number;
  readonly openRequests: number;
  readonly bufferedBytes: number;
}

/**
 * The flow of the product, from right to left because each stage calls the next one directly:
 * a frame is decoded to a TCP segment, the segment finds its connection, the connection puts the bytes in order, the protocol they turn
 * out to speak pairs requests with responses, and each exchange goes to `emit`. Everything runs on capture time, nothing waits.
 */
export function createPipeline(
  settings: PipelineSettings,
  counters: Counters,
  isLocal: IsLocal,
  emit: (exchange: Exchange) => void,
  onFailure: (error: unknown) => void,
  isOwn: IsOwn = () => false,
): Pipeline {
  const timeouts = new TimeoutQueue(settings.exchange);
  const context: ConversationContext = {
    counters,
    timeouts,
    maxHeadBytes: settings.http.maxHeadBytes,
    bodyLimitBytes: settings.exchange.bodyLimitBytes,
    isLocal,
    emit,
  };
  const protocols = Object.values(createProtocols(context));
  const listen = (connection: ConstructorParameters<typeof ProtocolDetector>[0]) =>
    new ProtocolDetector(connection, protocols, counters, isOwn);
  const connections = new ConnectionTable(settings.tcp, counters, listen, onFailure);
  const decoder = new Decoder(counters, (segment) => connections.segment(segment));
  return {
    frame: (frame: Frame) => decoder.frame(frame),
    tick(now: number) {
      decoder.tick(now);
      connections.tick(now);
      timeouts.tick(now);
    },
    close() {
      decoder.close();
      connections.close();
    },
    get openConnections() {
      return connections.openConnections;
    },
    get openRequests() {
      return timeouts.size;
    },
    get bufferedBytes() {
      return connections.bufferedBytes;
    },
  };
}
