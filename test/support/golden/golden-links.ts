import { LinkType } from '../../../src/capture/frame.ts';
import { pcapFile, pcapngFile } from '../capture/capture-writer.ts';
import { ethernet, linuxCooked, linuxCooked2, loop, nullLoopback } from '../packet/link-headers.ts';
import { fragmentIpv4, fragmentIpv6, udpPacket } from '../packet/packets.ts';
import { type ConversationPacket, merged, TcpConversation } from '../tcp/tcp-conversation.ts';
import type { ExpectedExchange, GoldenCapture } from './golden.ts';
import { answer, ethernetCapture, expectExchange, get, send } from './golden-messages.ts';

const ipv6Addresses = { clientIp: 'fd00::1:0:0:a', serverIp: 'fd00::b' } as const;
const expectedIpv6 = { client_ip: 'fd00::1:0:0:a', server_ip: 'fd00::b' } as const;

/** The same conversations in other wrappings. */
export function goldenLinks(): GoldenCapture[] {
  return [
    wrapped('vlan', LinkType.ethernet, ({ bytes }) => ethernet(bytes, [{ id: 42 }])),
    wrapped('qinq', LinkType.ethernet, ({ bytes }) => ethernet(bytes, [{ id: 7, type: 0x88a8 }, { id: 42 }])),
    wrapped('cooked-v1', LinkType.linuxCooked, ({ bytes, from }) => linuxCooked(bytes, from === 'client')),
    wrapped('cooked-v2', LinkType.linuxCooked2, ({ bytes, from }) => linuxCooked2(bytes, from === 'client')),
    wrapped('null', LinkType.null, ({ bytes }) => nullLoopback(bytes)),
    wrapped('loop', LinkType.loop, ({ bytes }) => loop(bytes)),
    wrapped('raw', LinkType.raw, ({ bytes }) => bytes),
    ...[bigEndianNanoseconds(), twoInterfaces(), ipv4Fragments(), ipv6Fragments(), ipHeaders(), notHttp()],
  ];
}

function wrapped(name: string, linkType: number, wrap: (packet: ConversationPacket) => Buffer): GoldenCapture {
  const { connection, exchanges } = mixedConversation();
  const frames = connection.map((packet) => ({ time: packet.time, bytes: wrap(packet) }));
  return { name: `${name}.pcap`, file: pcapFile(frames, { linkType }), exchanges };
}

/** One connection over IPv4 and one over IPv6. */
function mixedConversation(): { connection: ConversationPacket[]; exchanges: ExpectedExchange[] } {
  const four = new TcpConversation({ clientPort: 40004 }).client(get('/four')).server(answer(200, '4')).close();
  const six = new TcpConversation({ clientPort: 40006, time: four.time, ...ipv6Addresses })
    .client(send('PUT', '/six', 'six'))
    .server(answer(201, '666666'))
    .close();
  return {
    connection: merged(four, six),
    exchanges: [
      expectExchange({ client_port: 40004, url: '/four', response_bytes: 1 }),
      expectExchange({
        ...{ ...expectedIpv6, client_port: 40006, method: 'PUT', url: '/six', status: 201 },
        ...{ request_bytes: 3, response_bytes: 6 },
      }),
    ],
  };
}

function bigEndianNanoseconds(): GoldenCapture {
  const { connection, exchanges } = mixedConversation();
  const frames = connection.map(({ time, bytes }) => ({ time: time + 0.25, bytes: ethernet(bytes) }));
  const file = pcapFile(frames, { byteOrder: 'big', resolution: 'nanoseconds' });
  return { name: 'big-endian-nanoseconds.pcap', file, exchanges };
}

/** Captured on an Ethernet interface in nanoseconds and on a tunnel in 2^-20 s: IPv6 on the one, IPv4 on the other. */
function twoInterfaces(): GoldenCapture {
  const { connection, exchanges } = mixedConversation();
  const frames = connection.map(({ time, from, bytes, fields }) => {
    const direction = from === 'client' ? ('out' as const) : ('in' as const);
    const isIpv6 = fields.source.includes(':');
    return isIpv6
      ? { time, bytes: ethernet(bytes), direction, interface: 0 }
      : { time, bytes, direction, interface: 1 };
  });
  const file = pcapngFile(frames, {
    interfaces: [
      { linkType: LinkType.ethernet, resolution: { base: 10, exponent: 9 } },
      { linkType: LinkType.raw, resolution: { base: 2, exponent: 20 } },
    ],
  });
  return { name: 'two-interfaces.pcapng', file, exchanges };
}

function ipv4Fragments(): GoldenCapture {
  const options = { mss: 4000, ip: { identification: 77 } };
  const connection = new TcpConversation(options)
    .client(send('POST', '/fragments', 'f'.repeat(3000)))
    .server(answer(200, 'r'.repeat(3500)))
    .close();
  const packets = connection.packets.flatMap((packet) =>
    // The pieces of every other packet come in the wrong order.
    inOrder(fragmentIpv4(packet.bytes, 1480), packet.from).map((bytes) => ({ ...packet, bytes })),
  );
  return ethernetCapture('ipv4-fragments', packets, [
    expectExchange({ method: 'POST', url: '/fragments', request_bytes: 3000, response_bytes: 3500 }),
  ]);
}

function ipv6Fragments(): GoldenCapture {
  const connection = new TcpConversation({ mss: 4000, ...ipv6Addresses })
    .client(send('POST', '/fragments', 'f'.repeat(3000)))
    .server(answer(200, 'r'.repeat(3500)))
    .close();
  const packets = connection.packets.flatMap((packet, index) =>
    inOrder(fragmentIpv6(packet.bytes, 1448, 1000 + index), packet.from).map((bytes) => ({ ...packet, bytes })),
  );
  return ethernetCapture('ipv6-fragments', packets, [
    expectExchange({ ...expectedIpv6, method: 'POST', url: '/fragments', request_bytes: 3000, response_bytes: 3500 }),
  ]);
}

function inOrder(fragments: Buffer[], from: 'client' | 'server'): Buffer[] {
  return from === 'server' ? fragments.reverse() : fragments;
}

/** IPv4 with options; IPv6 with hop-by-hop and destination options. */
function ipHeaders(): GoldenCapture {
  const recordRoute = Buffer.from([7, 7, 4, 0, 0, 0, 0]);
  const four = new TcpConversation({ clientPort: 40004, ip: { options: recordRoute } })
    .client(get('/options'))
    .server(answer(200, 'o'))
    .close();
  const padding = Buffer.from([1, 4, 0, 0, 0, 0]);
  const extensions = [
    { type: 0, body: padding },
    { type: 60, body: Buffer.concat([padding, Buffer.from([1, 6, 0, 0, 0, 0, 0, 0])]) },
  ];
  const six = new TcpConversation({ clientPort: 40006, time: four.time, ...ipv6Addresses, ip: { extensions } })
    .client(get('/extensions'))
    .server(answer(200, 'ee'))
    .close();
  return ethernetCapture('ip-headers', merged(four, six), [
    expectExchange({ client_port: 40004, url: '/options', response_bytes: 1 }),
    expectExchange({ ...expectedIpv6, client_port: 40006, url: '/extensions', response_bytes: 2 }),
  ]);
}

/** A TLS handshake, a chat and a datagram: nothing to log. */
function notHttp(): GoldenCapture {
  const random = 'abababababababababababababababababababababababababababababababab';
  const clientHello = Buffer.from(`160301002f0100002b0303${random}000004130113020100`, 'hex');
  const serverHello = Buffer.from(`160303002a020000260303${random}00130100`, 'hex');
  const tls = new TcpConversation({ clientPort: 40001, serverPort: 443 })
    .client(clientHello)
    .server(serverHello)
    .client(Buffer.from('17030300100123456789abcdef0123456789abcdef', 'hex'))
    .close();
  const chat = new TcpConversation({ clientPort: 40002, serverPort: 6667, time: tls.time })
    .client('NICK ann\r\n')
    .server(':host 001 ann :Welcome\r\n')
    .close();
  const datagram = { bytes: udpPacket('10.0.0.1', '10.0.0.2', get('/datagram')), time: chat.time };
  const frames = [...tls.packets, ...chat.packets, datagram];
  return {
    name: 'not-http.pcap',
    file: pcapFile(frames.map(({ time, bytes }) => ({ time, bytes: ethernet(bytes) }))),
    exchanges: [],
  };
}
