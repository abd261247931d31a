import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Counters, createCounters } from '../../src/telemetry/counters.ts';
import { Hints, type Look } from '../../src/telemetry/hints.ts';

const look = (parts: Partial<Look> = {}): Look => ({
  seconds: 10,
  isOver: false,
  isLive: true,
  where: 'capturing eth0',
  hearsLoopback: false,
  ...parts,
});

function said(counts: Partial<Counters>, parts: Partial<Look> = {}): readonly string[] {
  return new Hints().look({ ...createCounters(), ...counts }, look(parts));
}

const healthy = { frames_received: 5000, segments_received: 5000, connections_opened: 100, connections_http1: 100 };

/** Each picture that deserves a hint, one that just does not yet, and what the hint must speak of. */
const pictures: readonly {
  readonly says: RegExp;
  readonly when: Partial<Counters>;
  readonly notYet: Partial<Counters>;
  readonly seconds?: number;
}[] = [
  {
    says: /^no packet so far, capturing eth0\. .*IFACE.*CAP_FILTER/,
    when: {},
    notYet: { frames_received: 1 },
    seconds: 30,
  },
  {
    says: /^no TCP packet of this pod so far, only 1000 others \(not TCP.*: 1000\), capturing eth0\. .*IFACE/,
    when: { frames_received: 1000, frames_skipped_not_tcp: 1000 },
    notYet: { frames_received: 999, frames_skipped_not_tcp: 999 },
  },
  {
    says: /^5 packets are of a link type that is not decoded/,
    when: { frames_received: 5, frames_skipped_link_type: 5 },
    notYet: { ...healthy, frames_skipped_link_type: 5 },
  },
  {
    says: /^101 of 200 packets are addressed to other hosts and were left out, capturing eth0\. .*OTHER_HOSTS=true/,
    when: { ...healthy, frames_received: 200, frames_skipped_other_host: 101 },
    notYet: { ...healthy, frames_received: 200, frames_skipped_other_host: 100 },
  },
  {
    says: /^100 packets were captured without all of their headers.*-s 0/,
    when: { frames_received: 100, frames_skipped_truncated: 100 },
    notYet: { frames_received: 99, frames_skipped_truncated: 99 },
  },
  {
    says: /^no plain HTTP so far, but encrypted traffic \(TLS connections: 10\).*IFACE=lo/,
    when: { connections_tls: 10 },
    notYet: { connections_tls: 9 },
  },
  {
    says: /^20 of 39 connections were captured in one direction only.*CAP_FILTER.*interface/,
    when: { connections_one_sided: 20, connections_opened: 39 },
    notYet: { connections_one_sided: 20, connections_opened: 40 },
  },
  {
    says: /^the kernel has dropped 3 packets.*CAP_RING/,
    when: { ...healthy, frames_dropped_kernel: 3 },
    notYet: healthy,
  },
  {
    says: /^no HTTP so far; .*: 20\. .*IFACE/,
    when: { connections_not_http: 20 },
    notYet: { connections_not_http: 20, exchanges_closed: 1 },
  },
];

for (const { says, when, notYet, seconds = 10 } of pictures) {
  test(`there is a hint for ${JSON.stringify(when)} after ${seconds} s`, () => {
    const hints = said(when, { seconds });
    assert.equal(hints.length, 1, hints.join('\n'));
    assert.match(hints[0] ?? '', says);
    assert.ok(!said(notYet, { seconds }).some((hint) => says.test(hint)));
  });
}

test('a healthy capture gets no hints, nor does one that has only begun', () => {
  assert.deepEqual(said(healthy, { seconds: 3600, isOver: true }), []);
  assert.deepEqual(said({}, { seconds: 29 }), []);
  assert.deepEqual(said({}, { seconds: 4.9, isOver: true }), []);
});

test('at the end few connections are enough for a hint', () => {
  assert.match(
    said({ connections_tls: 1 }, { isOver: true }).join(),
    /no plain HTTP so far, but encrypted traffic \(TLS connections: 1\)/,
  );
  assert.match(said({ connections_not_http: 1 }, { isOver: true }).join(), /no HTTP so far/);
  assert.deepEqual(said({ ...healthy, connections_tls: 1, connections_http1: 1 }, { isOver: true }), []);
});

test('a file cannot be captured otherwise, so its hints do not speak of settings', () => {
  const end = { isOver: true, isLive: false, where: 'reading a.pcap' };
  assert.deepEqual(said({}, end), ['there is no packet, reading a.pcap.']);
  const pictures = [
    { frames_received: 5, frames_skipped_not_ip: 5 },
    { frames_received: 5, frames_skipped_link_type: 5 },
    { connections_not_http: 1 },
    { connections_tls: 1 },
    { connections_one_sided: 1, connections_opened: 1 },
  ];
  for (const counts of pictures) {
    const hints = said(counts, end).join();
    assert.doesNotMatch(hints, /IFACE|CAP_FILTER/);
    assert.notEqual(hints, '');
  }
});

const arp = { frames_skipped_not_ip: 40, frames_received: 40 };
const tcp = { frames_received: 100, segments_received: 100 };
const file = { isLive: false, isOver: true, where: 'reading a.pcap' };

/** What an operator may be looking at, and the beginnings of all that is said then. */
const situations: readonly {
  readonly title: string;
  readonly counts: Partial<Counters>;
  readonly look?: Partial<Look>;
  readonly says: readonly RegExp[];
}[] = [
  {
    title: 'the wrong interface, on which there is nothing but ARP',
    counts: arp,
    look: { seconds: 30 },
    says: [/^no TCP packet of this pod so far, only 40 others \(not IP, such as ARP: 40\), capturing eth0\. .*`any`/],
  },
  { title: 'the same a little earlier', counts: arp, look: { seconds: 29 }, says: [] },
  {
    title: 'name lookups and pings, nothing else',
    counts: { frames_received: 50, frames_skipped_not_tcp: 50 },
    look: { seconds: 40 },
    says: [/^no TCP packet .*\(not TCP, such as UDP and ICMP: 50\), capturing eth0\. /],
  },
  {
    title: 'a few packets of other pods, none of this one',
    counts: { frames_received: 60, frames_skipped_other_host: 50, frames_skipped_not_ip: 10 },
    look: { seconds: 30 },
    says: [/^no TCP packet .*\(not IP, such as ARP: 10; to other hosts: 50\)/],
  },
  {
    title: 'many packets of other pods, none of this one',
    counts: { frames_received: 200, frames_skipped_other_host: 200 },
    look: { seconds: 30 },
    says: [/^200 of 200 packets are addressed to other hosts/],
  },
  {
    title: 'TCP fragments whose rest never comes',
    counts: { frames_received: 9, fragments_received: 9 },
    look: { seconds: 30 },
    says: [/^no TCP packet .*\(IP fragments: 9\)/],
  },
  {
    title: 'an interface that is not there',
    counts: {},
    look: { seconds: 30, unready: 'nothing is captured: waiting for eth9' },
    says: [/^nothing is captured: waiting for eth9\. Check IFACE/],
  },
  {
    title: 'all interfaces, without a packet',
    counts: {},
    look: { seconds: 30, hearsLoopback: true },
    says: [/^no packet so far, capturing eth0\. Is there traffic\? Check IFACE \(`any` listens everywhere\) and/],
  },
  {
    title: 'a short look at an interface without traffic, at its end',
    counts: {},
    look: { seconds: 8, isOver: true },
    says: [/^no packet so far/],
  },
  {
    title: 'an interface that has nothing but what the logger sends to its log server',
    counts: { ...tcp, connections_opened: 1, connections_own_traffic: 1 },
    look: { seconds: 60 },
    says: [/^no connection so far but the logger's own, capturing eth0\. .*IFACE/],
  },
  {
    title: 'the same beside a connection of the pod',
    counts: { ...tcp, connections_opened: 2, connections_own_traffic: 1 },
    look: { seconds: 60 },
    says: [],
  },
  {
    title: 'connections on which nothing was said yet',
    counts: { ...tcp, connections_opened: 3 },
    look: { seconds: 300 },
    says: [],
  },
  {
    title: 'TLS beside a database',
    counts: { ...tcp, connections_tls: 12, connections_not_http: 30 },
    says: [/^no plain HTTP so far, but .*\(TLS connections: 12, of other protocols: 30\).*\(IFACE=lo\)/],
  },
  {
    title: 'TLS where loopback is captured, too',
    counts: { ...tcp, connections_tls: 12 },
    look: { hearsLoopback: true },
    says: [/^no plain HTTP so far, .* behind the proxy that ends TLS\.$/],
  },
  {
    title: 'TLS and HTTP/2, which is not encrypted',
    counts: { ...tcp, connections_tls: 12, connections_http2: 1 },
    says: [],
  },
  {
    title: 'a database, and a request that is not answered yet',
    counts: { ...tcp, connections_not_http: 25, connections_http1: 1 },
    says: [],
  },
  {
    title: 'a file of ARP',
    counts: arp,
    look: file,
    says: [/^none of 40 packets is TCP over IPv4 or IPv6 \(not IP, such as ARP: 40\), reading a\.pcap\.$/],
  },
  { title: 'a file of ARP that is still being read', counts: arp, look: { ...file, isOver: false }, says: [] },
  {
    title: 'a file of packets that were cut',
    counts: { frames_received: 4, frames_skipped_truncated: 4 },
    look: file,
    says: [/^4 packets were captured without all of their headers/],
  },
  {
    title: 'a file of packets to other hosts',
    counts: { frames_received: 4, frames_skipped_other_host: 4 },
    look: file,
    says: [/^4 of 4 packets are addressed to other hosts/],
  },
  {
    title: 'a file of a link type that is not decoded',
    counts: { frames_received: 4, frames_skipped_link_type: 4 },
    look: file,
    says: [/^4 packets are of a link type/],
  },
  {
    title: 'a file of another time',
    counts: { frames_outside_window: 7 },
    look: file,
    says: [/^all packets \(7\) were captured outside of --since and --until/],
  },
];

for (const { title, counts, look: parts, says } of situations) {
  test(`what is said of ${title}`, () => {
    const hints = said(counts, parts);
    assert.equal(hints.length, says.length, hints.join('\n'));
    for (const [index, hint] of hints.entries()) assert.match(hint, says[index] ?? /^$/);
  });
}

test('a hint is said once', () => {
  const hints = new Hints();
  const counters = { ...createCounters(), ...healthy, connections_one_sided: 20, connections_opened: 39 };
  assert.equal(hints.look(counters, look()).length, 1);
  counters.frames_dropped_kernel = 1;
  assert.match(hints.look(counters, look()).join(), /^the kernel has dropped 1 /);
  assert.deepEqual(hints.look(counters, look({ isOver: true })), []);
});
