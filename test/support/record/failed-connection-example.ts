import type { FailedConnection } from '../../../src/exchange/failed-connection.ts';

/** A call of this pod that was refused. */
export const failedConnectionExample: FailedConnection = {
  endpoints: {
    clientIp: '10.0.0.1',
    clientPort: 51_000,
    serverIp: '10.0.0.2',
    serverPort: 8080,
    direction: 'outgoing',
  },
  outcome: 'refused',
  startTime: Date.UTC(2024, 4, 6, 7, 20) * 1000 + 123_456,
  endTime: Date.UTC(2024, 4, 6, 7, 20) * 1000 + 124_956,
  sequence: 0x0123_abcd,
};
