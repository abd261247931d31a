import type { Frame, FrameSink } from './capture/frame.ts';
import type { ConversationContext } from './exchange/conversation.ts';
import type { IsLocal } from './exchange/direction.ts';
import type { Exchange } from './exchange/exchange.ts';
import { OpenExchanges } from './exchange/open-exchanges.ts';
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
  readonly openExchanges: Pick<OpenExchanges, 'size' | 'begun'>;
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
  isIgnored: (target: string) => boolean = () => false,
): Pipeline {
  const timeouts = new TimeoutQueue(settings.exchange);
  const openExchanges = new OpenExchanges(isIgnored);
  const context: ConversationContext = {
    counters,
    timeouts,
    openExchanges,
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
  /** An error of our own that is no connection's costs a packet or a look at the time, not the capture. */
  const failed = (error: unknown) => {
    counters.internal_errors++;
    onFailure(error);
  };
  const ticking = [decoder, connections, timeouts];
  const closing = [decoder, connections];
  return {
    frame(frame: Frame) {
      try {
        decoder.frame(frame);
      } catch (error) {
        failed(error);
      }
    },
    tick(now: number) {
      for (const stage of ticking) {
        try {
          stage.tick(now);
        } catch (error) {
          failed(error);
        }
      }
    },
    close() {
      for (const stage of closing) {
        try {
          stage.close();
        } catch (error) {
          failed(error);
        }
      }
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
