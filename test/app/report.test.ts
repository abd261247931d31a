import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Report } from '../../src/app/report.ts';
import { loadSettings } from '../../src/config/settings.ts';
import { type Counters, createCounters } from '../../src/telemetry/counters.ts';
import { createLog } from '../../src/telemetry/log.ts';

/** What is said after so many seconds of a live capture with these counts. */
function saidLive(t: TestContext, counts: Partial<Counters>, { seconds = 31, unready = '', iface = 'eth0' } = {}) {
  t.mock.timers.enable({ apis: ['Date'], now: 0 });
  const loaded = loadSettings({ IFACE: iface });
  assert.ok(loaded.kind === 'ok');
  const lines: string[] = [];
  const write = (line: string) => {
    lines.push(line.slice('1970-01-01T00:00:31.000Z '.length));
  };
  const log = createLog(write, false, () => new Date());
  const report = new Report(
    { where: 'capturing here', isLive: true, settings: loaded.settings, log },
    {
      counters: { ...createCounters(), ...counts },
      pipeline: { openConnections: 0, openRequests: 0 },
      sinks: [],
    },
  );
  t.mock.timers.setTime(seconds * 1000);
  report.hint(false, unready === '' ? undefined : unready);
  return lines.join('');
}

const arp = { frames_received: 4, frames_skipped_not_ip: 4 };

test('a live capture of the wrong interface gets its hint after half a minute', (t) => {
  assert.match(saidLive(t, arp), /^warn {2}no TCP packet of this pod so far, .*not IP, such as ARP: 4.*on loopback/);
});

test('and not before', (t) => {
  assert.equal(saidLive(t, arp, { seconds: 29 }), '');
});

test('it knows whether loopback is captured', (t) => {
  assert.doesNotMatch(saidLive(t, { connections_tls: 10, segments_received: 1 }, { iface: 'eth0,lo' }), /IFACE=lo/);
});

test('it says what is waited for', (t) => {
  assert.match(saidLive(t, {}, { unready: 'nothing is captured: waiting for eth9' }), /waiting for eth9\. Check IFACE/);
});
