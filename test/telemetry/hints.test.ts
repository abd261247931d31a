import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Counters, createCounters } from '../../src/telemetry/counters.ts';
import { Hints, type Look } from '../../src/telemetry/hints.ts';

const look = (parts: Partial<Look> = {}): Look => ({
  seconds: 10,
  isOver: false,
  isLive: true,
  where: 'capturing eth0',
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
    says: /^none of 1000 packets is TCP.*, capturing eth0\. Check IFACE and CAP_FILTER/,
    when: { frames_received: 1000 },
    notYet: { frames_received: 999 },
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
    says: /^only encrypted traffic so far \(TLS connections: 10\).*IFACE=lo/,
    when: { connections_tls: 10 },
    notYet: { connections_tls: 9 },
  },
  { says: /HTTP\/2/, when: { ...healthy, connections_http2: 1 }, notYet: healthy },
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
    says: /^no HTTP so far; .*: 20\.$/,
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
});

test('at the end few connections are enough for a hint', () => {
  assert.match(
    said({ connections_tls: 1 }, { isOver: true }).join(),
    /only encrypted traffic so far \(TLS connections: 1\)/,
  );
  assert.match(said({ connections_not_http: 1 }, { isOver: true }).join(), /no HTTP so far/);
  assert.deepEqual(said({ connections_tls: 1, connections_http1: 1 }, { isOver: true }), []);
});

test('a file cannot be captured otherwise, so its hints do not speak of settings', () => {
  const end = { isOver: true, isLive: false, where: 'reading a.pcap' };
  assert.deepEqual(said({}, end), ['there is no packet, reading a.pcap.']);
  const pictures = [
    { frames_received: 5 },
    { connections_tls: 1 },
    { connections_one_sided: 1, connections_opened: 1 },
  ];
  for (const counts of pictures) {
    const hints = said(counts, end).join();
    assert.doesNotMatch(hints, /IFACE|CAP_FILTER/);
    assert.notEqual(hints, '');
  }
});

test('a hint is said once', () => {
  const hints = new Hints();
  const counters = { ...createCounters(), connections_http2: 1 };
  assert.equal(hints.look(counters, look()).length, 1);
  counters.frames_dropped_kernel = 1;
  assert.match(hints.look(counters, look()).join(), /^the kernel has dropped 1 /);
  assert.deepEqual(hints.look(counters, look({ isOver: true })), []);
});
