import type { Call } from '../grpc/open-call.ts';
import type { GrpcFacts } from './record.ts';

/** `rpc.system.name` of OpenTelemetry. */
export function systemOf({ kind }: Call): GrpcFacts['system'] {
  return kind === 'connect' || kind === 'connect-stream' ? 'connectrpc' : 'grpc';
}
