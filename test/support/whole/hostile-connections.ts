import { address, ephemeral, first, type HostileTable, times } from './hostile-peer.ts';

const request = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

/** Each title goes on: connections that ... */
export const hostileConnections: HostileTable = {
  'that only begin': (peer, count) =>
    times(count, (index) =>
      peer.client({ source: address(index), sequence: index * 999, acknowledgment: 0, flags: 'S' }),
    ),
  'that only begin and time out': (peer, count) =>
    times(count, (index) =>
      peer.client({ source: address(index), sequence: index * 999, acknowledgment: 0, flags: 'S' }).wait(20),
    ),
  'that are refused': (peer, count) =>
    times(count, (index) => {
      const sourcePort = ephemeral(index);
      peer.client({ sourcePort, sequence: 999, acknowledgment: 0, flags: 'S' });
      peer.server({ destinationPort: sourcePort, sequence: 0, flags: 'RA' });
    }),
  'that come up and are reset': (peer, count) =>
    times(count, (index) => {
      const sourcePort = ephemeral(index);
      peer.handshake(sourcePort).client({ sourcePort, flags: 'RA' });
    }),
  'that come up and end': (peer, count) =>
    times(count, (index) => {
      const port = ephemeral(index);
      peer.handshake(port).client({ sourcePort: port, flags: 'FA' });
      peer.server({ destinationPort: port, acknowledgment: first + 1, flags: 'FA' });
      peer.client({ sourcePort: port, sequence: first + 1, acknowledgment: first + 1 });
    }),
  'of the same ports, one after the other': (peer, count) =>
    times(count, (index) => {
      const sequence = 100_000 * index;
      peer.client({ sequence, acknowledgment: 0, flags: 'S' });
      peer.server({ sequence, acknowledgment: sequence + 1, flags: 'SA' });
      peer.client({ sequence: sequence + 1, acknowledgment: sequence + 1, payload: 'x' });
    }),
  'that wait for a hole': (peer, count) =>
    times(count, (index) => {
      const sourcePort = ephemeral(index);
      peer
        .handshake(sourcePort)
        .client({ sourcePort, sequence: first + 1, payload: 'x' })
        .wait(1);
    }),
  'that wait for a hole while the clock goes on': (peer, count) => {
    times(count, (index) => {
      const sourcePort = ephemeral(index);
      peer.handshake(sourcePort).client({ sourcePort, sequence: first + 1, payload: 'x' });
    });
    times(90, () => peer.wait(100).client({ sourcePort: 1, flags: 'A' }));
  },
  'whose deadlines change with each packet': (peer, count) => {
    times(count, (index) => {
      const sourcePort = ephemeral(index);
      peer.handshake(sourcePort).client({ sourcePort, sequence: first + 1, payload: 'xx' });
    });
    times(4, (round) => {
      times(count, (index) => peer.server({ destinationPort: ephemeral(index), acknowledgment: first + (round % 2) }));
      peer.wait(200);
    });
  },
  'with half a head each': (peer, count) =>
    times(count, (index) => {
      const sourcePort = ephemeral(index);
      peer.handshake(sourcePort).client({ sourcePort, payload: 'GET / HTTP/1.1\r\nX: ' });
    }),
  'with an open request each': (peer, count) =>
    times(count, (index) => {
      const sourcePort = ephemeral(index);
      peer.handshake(sourcePort).client({ sourcePort, payload: request }).wait(1);
    }),
  'of which one side is seen': (peer, count) =>
    times(count, (index) => {
      const sourcePort = ephemeral(index);
      peer.client({ sourcePort, payload: 'x' });
      peer.client({ sourcePort, sequence: first + 1, acknowledgment: first + 50, payload: 'x' });
    }),
  'of one client endpoint with many servers': (peer, count) =>
    times(count, (index) => {
      peer.client({ destination: address(index), sequence: 999, acknowledgment: 0, flags: 'S' });
      peer.client({ destination: address(index), payload: 'x' });
    }),
  'answered from many addresses': (peer, count) => {
    peer.client({ sequence: 999, acknowledgment: 0, flags: 'S' });
    times(count, (index) => peer.server({ source: address(index), sequence: 999, flags: 'SA' }));
  },
  'answered from another address each': (peer, count) =>
    times(count, (index) => {
      const port = ephemeral(index);
      peer.client({ sourcePort: port, sequence: 999, acknowledgment: 0, flags: 'S' });
      peer.server({ source: '10.0.0.3', destinationPort: port, sequence: 999, flags: 'SA' });
    }),
  'that hold bytes beside as many that hold none': (peer, count) => {
    times(count, (index) => {
      peer.handshake(ephemeral(2 * index));
      const sourcePort = ephemeral(2 * index + 1);
      peer.handshake(sourcePort).client({ sourcePort, sequence: first + 1, payload: 'x'.repeat(1000) });
    });
  },
  'answered from addresses that match nothing': (peer, count) => {
    peer.client({ sequence: 999, acknowledgment: 0, flags: 'S' });
    times(count, (index) =>
      peer.server({ source: address(index), sequence: 5 + index, acknowledgment: 77, payload: 'x' }),
    );
  },
};
