import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TcpFields } from '../../support/packet/packets.ts';
import { tcpPacket } from '../../support/packet/packets.ts';
import { redirections, translated } from '../../support/tcp/redirections.ts';
import { type ConversationOptions, TcpConversation } from '../../support/tcp/tcp-conversation.ts';
import { TcpRun } from '../../support/tcp/tcp-run.ts';

type Packets = readonly { readonly bytes: Buffer; readonly time: number }[];

const redirect = (packets: TcpConversation['packets']) =>
  packets.map((packet) => (packet.from === 'client' ? translated(packet) : packet));

function run(packets: Packets, limits = {}): TcpRun {
  const tcp = new TcpRun({ limits });
  for (const { bytes, time } of packets) {
    tcp.tick(time);
    tcp.packet(bytes, time);
  }
  return tcp;
}

const ends = ({ connections }: TcpRun) =>
  connections.map(({ handle }) => [handle.address(0), handle.port(0), handle.address(1), handle.port(1)]);

const stories = ({ connections }: TcpRun) => connections.map(({ story }) => story);

function conversation(options: ConversationOptions = {}): TcpConversation {
  return new TcpConversation(options).client('ask').server('answer').close();
}

test('a connection that is redirected begins, is named after the server that answers, and ends', () => {
  for (const version of [{}, { clientIp: 'fd00::1', serverIp: 'fd00::2' }]) {
    const { packets } = conversation(version);
    const tcp = run(redirect(packets));
    assert.equal(tcp.table.openConnections, 0);
    const plain = run(packets);
    assert.deepEqual([ends(tcp), stories(tcp)], [ends(plain), stories(plain)]);
    assert.equal(tcp.counters.connections_finished, 1);
  }
});

test('the SYN may be captured behind its answer', () => {
  const [syn, synAck, ...rest] = redirect(conversation().packets);
  const tcp = run([synAck, syn, ...rest].flatMap((packet) => packet ?? []));
  const server = tcp.connection.handle.port(0) === 80 ? 0 : 1;
  assert.equal(tcp.connection.bytes(server).toString(), 'answer');
  assert.equal(tcp.connection.bytes(server === 0 ? 1 : 0).toString(), 'ask');
  assert.equal(tcp.counters.connections_finished, 1);
});

test('a proxy that refuses ends the connection', () => {
  const packets = redirect(new TcpConversation().reset('server').packets).filter((_, index) => index % 3 === 0);
  const tcp = run(packets.map((packet, index) => (index === 0 ? packet : { ...packet, time: packet.time + 5 })));
  tcp.tick((packets.at(-1)?.time ?? 0) + 3_000_000);
  assert.deepEqual(tcp.connection.story, ['close reset']);
});

test('a connection that is older than the capture is joined, whatever its first packet is', () => {
  const talk = new TcpConversation({ handshake: false });
  for (let count = 0; count < 4; count++) talk.client(`ask ${count}`).server(`answer ${count}`);
  talk.close();
  for (let first = 0; first < 8; first++) {
    const packets = talk.packets.slice(first);
    const [tcp, plain] = [run(redirect(packets)), run(packets)];
    for (const each of [tcp, plain]) each.tick(talk.time + 1_000_000);
    assert.equal(tcp.table.openConnections, 0, `from packet ${first}`);
    assert.deepEqual(stories(tcp), stories(plain), `from packet ${first}`);
  }
});

test('the port may be used again at once, also for another server behind the same proxy', () => {
  for (const serverIp of ['10.0.0.2', '10.0.0.3']) {
    for (const ending of ['close', 'none'] as const) {
      const first = new TcpConversation().client('one').server('first');
      if (ending === 'close') first.close();
      const again = { serverIp, clientSequence: 900_000_000, serverSequence: 800_000_000, time: first.time };
      const second = new TcpConversation(again).client('two').server('second').close();
      const tcp = run([...redirect(first.packets), ...redirect(second.packets)]).close();
      const texts = tcp.connections
        .map((each) => [each.bytes(0), each.bytes(1)].join(' '))
        .filter((text) => text !== ' ');
      assert.equal(texts.length, 2, `${serverIp} ${ending}`);
      assert.equal(texts[0], 'one first');
      assert.ok(['two second', 'second two'].includes(texts[1] ?? ''));
    }
  }
});

test('what is sent again after the end is known by the addresses of either leg', () => {
  const packets = redirect(conversation().packets);
  const last = packets.at(-1)?.time ?? 0;
  const late = packets.filter(({ fields }) => fields.payload.length > 0);
  const tcp = run([...packets, ...late.map((packet) => ({ ...packet, time: last + 1000 }))]).close();
  assert.equal(tcp.connections.length, 1);
  assert.equal(tcp.counters.payload_bytes_duplicate, 'askanswer'.length);
});

test('connections of one client that are captured in one direction each stay apart unless their numbers fit', () => {
  const known = conversation({ clientSequence: 1000, serverSequence: 5000 }).packets.slice(0, 4);
  const asked = known.filter(({ from }) => from === 'client');
  const foreign: Omit<TcpFields, 'sequence'> = {
    source: '10.9.9.9',
    sourcePort: 80,
    destination: '10.0.0.1',
    destinationPort: 40_000,
    flags: 'PA',
    payload: 'foreign',
  };
  for (const [sequence, acknowledgment] of [
    [5000, 1004],
    [5002, 1004],
    [5001, 1004 + 2 ** 27],
    [0, 0],
  ] as const) {
    const packet = tcpPacket({ ...foreign, sequence, acknowledgment });
    const tcp = run([...asked, { bytes: packet, time: (asked.at(-1)?.time ?? 0) + 1 }]);
    assert.equal(tcp.connections.length, 2, `${sequence} ${acknowledgment}`);
  }
  for (const flags of ['SA', 'S', 'R', 'RA', 'SRA']) {
    const packet = tcpPacket({ ...foreign, flags, payload: '', sequence: 7000, acknowledgment: 1002 });
    const tcp = run([...asked.slice(0, 1), { bytes: packet, time: (asked.at(-1)?.time ?? 0) + 1 }]);
    assert.equal(tcp.connections[0]?.handle.seen(1), false, flags);
  }
});

test('a connection that two servers have is not joined with a copy whose numbers are of another one', () => {
  const first = new TcpConversation({ serverIp: '10.0.0.2' }).client('to the first').server('from the first');
  const second = new TcpConversation({ serverIp: '10.0.0.3', serverSequence: 77_000, time: first.time });
  second.client('to the second').server('from the second').close();
  const tcp = run([...first.close().packets, ...second.packets]);
  assert.deepEqual(stories(tcp)[1]?.slice(0, 2), ['0 data to the second', '1 data from the second']);
});

test('of legs with ever new addresses only a few belong to a connection, and the others are connections', () => {
  const { packets } = new TcpConversation().client('ask');
  const last = packets.at(-1);
  const copied = packets.find(({ fields }) => fields.payload.length > 0);
  const copies = Array.from({ length: 20 }, (_, index) => {
    const fields = { ...(copied?.fields as TcpFields), destination: `10.3.0.${index}` };
    return { bytes: tcpPacket(fields), time: last?.time ?? 0 };
  });
  const tcp = run([...packets, ...copies]);
  assert.equal(tcp.table.openConnections, 1 + 20 - 3);
  tcp.close();
});

test('a direction that was not captured is counted once it is missed, not when its connection ends', () => {
  const talk = new TcpConversation().client('ask').server('answer');
  for (const from of ['client', 'server'] as const) {
    const { packets } = new TcpConversation().client('ask').server('answer').client('more').server('more').close();
    const tcp = run(packets.filter((packet) => packet.from === from));
    assert.equal(tcp.table.openConnections, 1);
    assert.equal(tcp.counters.connections_one_sided, 1);
    assert.equal(tcp.close().counters.connections_one_sided, 1);
  }
  assert.equal(run(talk.packets).close().counters.connections_one_sided, 0);
});

test('every kind of redirection leaves no connection open', () => {
  for (const [name, change] of Object.entries(redirections)) {
    const tcp = run(change(conversation().packets).packets, { maxConnections: 2 });
    assert.equal(tcp.table.openConnections, 0, name);
    tcp.close();
  }
});
