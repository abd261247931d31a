import { first, type HostileTable, times } from './hostile-peer.ts';

const request = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
/** Some order that is none. */
const shuffled = (index: number, count: number) => (index * 7919) % count;

/** On one connection. */
export const hostileSegments: HostileTable = {
  'single bytes in reverse order': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.client({ sequence: first + 2 * (count - index), payload: 'x' }));
  },
  'single bytes with holes between them': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.client({ sequence: first + 2 * index + 1, payload: 'x' }));
  },
  'single bytes in any order': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.client({ sequence: first + 2 * shuffled(index, count) + 1, payload: 'x' }));
  },
  'segments over all that is held': (peer, count) => {
    peer.handshake();
    times(700, (index) => peer.client({ sequence: first + 2 * index + 1, payload: 'x' }));
    times(count, () => peer.client({ sequence: first + 1, payload: 'y'.repeat(1400) }));
  },
  'segments over each other': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.client({ sequence: first + 1 + index, payload: 'y'.repeat(1400) }));
  },
  'segments that come again': (peer, count) => {
    peer.handshake().client({ payload: request });
    times(count, () => peer.client({ payload: request }));
  },
  'segments that come again behind a hole': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.client({ sequence: first + 1 + (index % 8), payload: 'xxxxxxxx' }));
  },
  'segments far ahead that nobody acknowledges': (peer, count) => {
    peer.handshake();
    times(count, (index) => {
      peer.client({ sequence: first + 100_000 + 7 * index, payload: 'far' });
      peer.client({ sequence: first + index, payload: 'x' });
    });
  },
  'segments of strangers': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.client({ sequence: first + 2 ** 28 + 5000 * index, payload: 'y'.repeat(1000) }));
  },
  'SYNs of strangers': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.client({ sequence: first + 2 ** 28 + 5000 * index, flags: 'S' }));
  },
  'answers to a SYN': (peer, count) => {
    peer.client({ sequence: 999, acknowledgment: 0, flags: 'S' });
    times(count, (index) => peer.server({ sequence: 5000 * index, flags: 'SA' }));
  },
  'acknowledgments of what was never sent': (peer, count) => {
    peer.handshake();
    times(count, (index) =>
      peer.server({ acknowledgment: first + 1000 * index, payload: 'x', sequence: first + index }),
    );
  },
  'segments that wait for the other side': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.server({ sequence: first + index, acknowledgment: first + 1 + index, payload: 'x' }));
  },
  'FINs behind a hole': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.client({ sequence: first + 1 + index, flags: 'FA' }));
  },
  'RSTs that are not accepted': (peer, count) => {
    peer.handshake();
    times(count, (index) => peer.client({ sequence: first + 1 + index, flags: 'RA' }));
  },
  'RSTs that are taken back': (peer, count) => {
    peer.handshake();
    times(count, (index) => {
      peer.client({ sequence: first + index, flags: 'RA' });
      peer.client({ sequence: first + index, payload: 'x' });
    });
  },
  'holes that are given up': (peer, count) => {
    peer.handshake();
    times(count, (index) => {
      peer.client({ sequence: first + 2 * index + 1, payload: 'x' });
      if (index % 100 === 0) peer.wait(11_000);
    });
  },
};
