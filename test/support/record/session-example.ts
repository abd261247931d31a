import type { Session } from '../../../src/exchange/session.ts';
import { exchangeOf, requestMessage, responseMessage } from './exchanges.ts';

const begun = Date.UTC(2024, 4, 6, 7, 20) * 1000;
const headers = [
  ['Host', 'shop.example'],
  ['User-Agent', 'chat/2.1'],
  ['Cookie', 'sid=abc123'],
] as const;

/** A chat that its client ended, of which the handshake was answered within a millisecond. */
export const sessionExample: Session = {
  handshake: exchangeOf({
    endpoints: {
      clientIp: '10.0.0.1',
      clientPort: 51_000,
      serverIp: '10.0.0.2',
      serverPort: 8080,
      direction: 'incoming',
    },
    key: { connection: 0, position: 0 },
    request: requestMessage({ target: '/chat?token=abc123', headers }),
    response: responseMessage({ status: 101 }),
    outcome: 'answered',
  }),
  agreement: { upgrade: 'websocket', extensions: ['permessage-deflate'] },
  type: 'websocket',
  client: { messages: 12, bytes: 340 },
  server: { messages: 40, bytes: 5120 },
  outcome: 'closed',
  closedBy: 'client',
  endedBy: 'server',
  closeCode: 1001,
  gapBytes: undefined,
  startTime: begun + 124_956,
  endTime: begun + 62_124_956,
};
