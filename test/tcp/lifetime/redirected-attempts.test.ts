import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tcpPacket } from '../../support/packet/packets.ts';
import { redirections } from '../../support/tcp/redirections.ts';
import { type ConversationPacket, TcpConversation } from '../../support/tcp/tcp-conversation.ts';
import { TcpRun } from '../../support/tcp/tcp-run.ts';

type Packets = readonly ConversationPacket[];

const second = 1_000_000;

function run(packets: Packets): TcpRun {
  const tcp = new TcpRun();
  for (const { bytes, time } of packets) {
    tcp.tick(time);
    tcp.packet(bytes, time);
  }
  tcp.tick((packets.at(-1)?.time ?? 0) + 100 * second);
  return tcp.close();
}

/** The SYN of a client, sent so many times, and what answers the last one. */
function attempt(times: number, answer: 'refused' | 'nothing'): Packets {
  const [syn] = new TcpConversation().packets;
  assert.ok(syn);
  const packets = Array.from({ length: times }, (_, index) => ({ ...syn, time: syn.time + index * second }));
  if (answer === 'nothing') return packets;
  const { source, destination, sourcePort, destinationPort, sequence = 0 } = syn.fields;
  const fields = {
    source: destination,
    destination: source,
    sourcePort: destinationPort,
    destinationPort: sourcePort,
    sequence: 0,
    acknowledgment: (sequence + 1) >>> 0,
    flags: 'RA',
  };
  const time = (packets.at(-1)?.time ?? 0) + 500;
  return [...packets, { from: 'server', fields, bytes: tcpPacket(fields), time } as ConversationPacket];
}

/** Every packet with both addresses of the server. */
const both = (packets: Packets): Packets =>
  packets.flatMap((packet) => [
    packet,
    ...Object.values(redirections)
      .map((redirect) => redirect([packet]).packets.at(-1))
      .filter((copy) => copy !== undefined && copy !== packet)
      .slice(0, 1),
  ]) as Packets;

const kinds: readonly (readonly [name: string, redirect: (packets: Packets) => Packets])[] = [
  ...Object.entries(redirections).map(([name, redirect]) => [name, (all: Packets) => redirect(all).packets] as const),
  ['all packets are seen with both addresses', both],
  [
    'the SYN is seen with both addresses, its answer with the other one',
    (all) => {
      const answersTo = (packets: Packets) => packets.filter(({ from }) => from === 'server');
      return both(all).filter((packet) => packet.from === 'client' || !answersTo(all).includes(packet));
    },
  ],
];

for (const [name, redirect] of kinds) {
  test(`a connection that does not come up is told of once when ${name}`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.constantFrom('refused', 'nothing'), (times, answer) => {
        const plain = attempt(times, answer);
        assert.equal(run(plain).attempts.length, 1);
        assert.deepEqual(run(redirect(plain)).attempts, run(plain).attempts);
      }),
      { numRuns: 20 },
    );
  });

  test(`nothing is told of a connection that comes up when ${name}, however little of it is captured`, () => {
    const { packets } = new TcpConversation().client('ask').server('answer').close();
    for (let length = 2; length <= packets.length; length++) {
      assert.deepEqual(run(redirect(packets.slice(0, length))).attempts, [], `${length} packets`);
    }
  });
}

test('a client that asks two servers from one port, with a SYN of each, has made two attempts', () => {
  const [syn] = attempt(1, 'nothing');
  assert.ok(syn);
  const fields = { ...syn.fields, destination: '10.9.9.9', sequence: 77 };
  const tcp = run([syn, { ...syn, fields, bytes: tcpPacket(fields) }]);
  assert.equal(tcp.attempts.length, 2);
});

test('an attempt times out on a clock that has been set back', () => {
  const [syn] = attempt(1, 'nothing');
  assert.ok(syn);
  const tcp = new TcpRun();
  const hour = 3600 * second;
  tcp.packet(syn.bytes, 2 * hour);
  tcp.tick(hour);
  assert.deepEqual(tcp.attempts, []);
  tcp.tick(hour + 10 * second);
  assert.equal(tcp.attempts.length, 1);
  tcp.close();
});
