import { first, type Hostile, type HostilePeer, type HostileTable, times } from './hostile-peer.ts';

const request = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** Of one side, in segments of its own. */
function speak(peer: HostilePeer, who: 'client' | 'server') {
  let sequence = first;
  return (payload: string, acknowledgment = first) => {
    peer[who]({ sequence, acknowledgment, payload });
    sequence += payload.length;
    return sequence;
  };
}

/** A segment of this text for each, with nothing that acknowledges it. */
function fromServer(text: (index: number) => string): Hostile {
  return (peer, count) => {
    const say = speak(peer.handshake(), 'server');
    times(count, (index) => say(text(index)));
  };
}

function fromClient(text: (index: number) => string): Hostile {
  return (peer, count) => {
    const say = speak(peer.handshake(), 'client');
    times(count, (index) => say(text(index)));
  };
}

export const hostileMessages: HostileTable = {
  'requests without an answer': fromClient(() => request),
  'requests without an answer in few segments': fromClient(() => request.repeat(40)),
  'answers without a request': fromServer(() => answer),
  'answers while requests wait': (peer, count) => {
    peer.handshake();
    const ask = speak(peer, 'client');
    times(1000, () => ask(request));
    const say = speak(peer, 'server');
    times(count, () => say(answer));
  },
  'interim answers': (peer, count) => {
    const end = speak(peer.handshake(), 'client')(request);
    const say = speak(peer, 'server');
    times(count, () => say('HTTP/1.1 102 Processing\r\n\r\n', end));
  },
  'answers during a first line that does not end': (peer, count) => {
    const ask = speak(peer.handshake(), 'client');
    ask(`GET /${'a'.repeat(30_000)}`);
    const end = ask('b'.repeat(30_000));
    const say = speak(peer, 'server');
    times(count, () => say(answer, end));
  },
  'answers during a first line with blanks that does not end': (peer, count) => {
    const ask = speak(peer.handshake(), 'client');
    ask(`POST /a ${'a'.repeat(30_000)}`);
    const end = ask('b'.repeat(30_000));
    const say = speak(peer, 'server');
    times(count, () => say(answer, end));
  },
  'answers during a head that does not end': (peer, count) => {
    const ask = speak(peer.handshake(), 'client');
    ask(`GET / HTTP/1.1\r\nX: ${'a'.repeat(30_000)}`);
    const end = ask('b'.repeat(30_000));
    const say = speak(peer, 'server');
    times(count, () => say(answer, end));
  },
  'early answers to an upload': (peer, count) => {
    const ask = speak(peer.handshake(), 'client');
    const end = ask('POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n');
    const say = speak(peer, 'server');
    times(count, () => {
      ask('x');
      say(answer, end);
    });
  },
  'uploads byte by byte': fromClient((index) =>
    index === 0 ? 'POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n' : 'x',
  ),
  'gaps in a body': (peer, count) => {
    peer.handshake().client({ payload: 'POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n' });
    const behind = first + 48;
    times(count, (index) => {
      peer.client({ sequence: behind + 10 * index, payload: 'x' });
      peer.server({ acknowledgment: behind + 10 * index + 1 });
      if (index % 50 === 0) peer.wait(1100);
    });
  },
  'gaps between requests': (peer, count) => {
    peer.handshake();
    times(count, (index) => {
      peer.client({ sequence: first + 1 + 100 * index, payload: request });
      peer.server({ acknowledgment: first + 60 + 100 * index });
      if (index % 50 === 0) peer.wait(1100);
    });
  },
  'what is nearly a head, behind a gap': (peer, count) => {
    peer.handshake().client({ payload: request });
    times(count, (index) => {
      peer.client({ sequence: first + 100 + 40 * index, payload: `GET /${index} HTTP/1.1\r\nX`.padEnd(40, 'y') });
      if (index === 0) peer.wait(11_000);
    });
  },
  'what begins like a head, behind a gap': (peer, count) => {
    peer.handshake().client({ payload: request });
    times(count, (index) => {
      peer.client({ sequence: first + 100 + index, payload: 'GET /'.charAt(index) || 'a' });
      if (index === 0) peer.wait(11_000);
    });
  },
  'nothing known, from both sides': (peer, count) => {
    const ask = speak(peer.handshake(), 'client');
    const say = speak(peer, 'server');
    times(count, () => {
      ask('abc');
      say('def');
    });
  },
  'late answers': (peer, count) => {
    peer.handshake();
    const ask = speak(peer, 'client');
    const say = speak(peer, 'server');
    times(count, (index) => {
      const end = ask(request);
      if (index % 100 === 0) peer.wait(13_000).client({ sequence: first, payload: 'G' });
      say(answer, end);
    });
  },
  'paths with names of their own': (peer, count) => {
    const ask = speak(peer.handshake(), 'client');
    const say = speak(peer, 'server');
    times(count, (index) => {
      const end = ask(`GET /${index.toString(26).replace(/\d/g, 'z')} HTTP/1.1\r\n\r\n`);
      say(answer, end);
    });
  },
  'methods and statuses of their own': (peer, count) => {
    const ask = speak(peer.handshake(), 'client');
    const say = speak(peer, 'server');
    times(count, (index) => {
      const end = ask(`M${index} /x HTTP/1.1\r\n\r\n`);
      say(`HTTP/1.1 ${200 + (index % 700)} OK\r\nContent-Length: 0\r\n\r\n`, end);
    });
  },
};
