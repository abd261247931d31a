import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../src/config/settings.ts';

const present = [
  { name: 'lo', addresses: ['127.0.0.1', '::1', '00:00:00:00:00:00'] },
  { name: 'eth0', addresses: ['10.0.0.5', 'fd00::5', '02:42:ac:11:00:02'] },
];

function problemOf(iface: string, interfaces = () => present): string {
  const loaded = loadSettings({ IFACE: iface }, { interfaces });
  assert.ok(loaded.kind === 'invalid', iface);
  assert.equal(loaded.problems.length, 1);
  return loaded.problems[0] ?? '';
}

/** What people write, and what they are told to write. */
const mistakes: readonly (readonly [iface: string, says: RegExp])[] = [
  ['eth0@if12', /: write eth0, without what follows the @;/],
  ['lo,eth0@if12', /"eth0@if12": write eth0, /],
  ['eth0@eth1', /: write eth0, /],
  ['"eth0"', /: write eth0, without quotes or brackets;/],
  ["'eth0'", /: write eth0, /],
  ['`eth0`', /: write eth0, /],
  ['<eth0>', /: write eth0, /],
  ['[eth0]', /: write eth0, /],
  ['"eth0,lo"', /: write eth0, .*: write lo, /],
  ['"eth0@if12"', /: write eth0, /],
  ['all', /: write any for all interfaces;/],
  ['ALL', /: write any for all interfaces;/],
  ['*', /: write any for all interfaces;/],
  ['0.0.0.0', /: write any for all interfaces;/],
  ['eth*', /: patterns are not understood: write the names, or any/],
  ['eth+', /: patterns are not understood/],
  ['eth[01]', /: patterns are not understood/],
  ['localhost', /: write lo;/],
  ['default', /: leave IFACE unset for the interface of the default route;/],
  ['auto', /: leave IFACE unset/],
  ['eth0 eth1', /: names are separated by commas: write eth0,eth1;/],
  ['eth0 eth1,lo', /: write eth0,eth1,lo;/],
  ['eth0;lo', /: names are separated by commas: write eth0,lo;/],
  ['eth0 any', /: names are separated by commas: write any alone;/],
  ['any,eth0', /"any": it stands alone/],
  ['eth0,', /: an item of the list is empty;/],
  ['eth0:1', /: write eth0, without what follows the colon;/],
  ['eth0:', /: write eth0, /],
  ['$IFACE', /: a variable was not replaced by its value;/],
  ['$(IFACE)', /: a variable was not replaced by its value;/],
  ['{{ .Values.iface }}', /: a variable was not replaced by its value;/],
  ['eth0\u200b', /: an interface name has 1 to 15 characters/],
  ['10.0.0.5', /: that is an address, .*\("10\.0\.0\.5" is an address of eth0; /],
  ['10.0.0.5/24', /: that is an address, .*"10\.0\.0\.5" is an address of eth0; /],
  ['fd00::5', /: that is an address, .*"fd00::5" is an address of eth0; /],
  ['02:42:AC:11:00:02', /: that is an address, .* is an address of eth0; /],
  ['127.0.0.1', /: that is an address, .* is an address of lo; /],
  ['10.9.9.9', /: that is an address, not the name of an interface; allowed: .* \(interfaces here: lo, eth0\)\.$/],
];

for (const [iface, says] of mistakes) {
  test(`IFACE=${JSON.stringify(iface)} is refused with what to write, and the interfaces that are there`, () => {
    const problem = problemOf(iface);
    assert.match(problem, says);
    assert.match(problem, /^IFACE="[^\n]*interfaces here: lo, eth0\)\.$/);
  });
}

test('where nothing is known of the machine, a refusal names no interfaces', () => {
  assert.match(
    problemOf('eth0@if12', () => []),
    /^IFACE="eth0@if12" is not allowed: .*; allowed: interface names, comma-separated; or any\.$/,
  );
});

test('names that interfaces have are taken as they are, also those that are not there', () => {
  const names = ['eth0', 'ETH0', 'net1', 'ens5f0np0', 'eth0.100', 'br-3f1c2d', 'cali1234abcd567', 'wlp0s20f3', 'tun_0'];
  for (const name of names) {
    const loaded = loadSettings({ IFACE: name }, { interfaces: () => present });
    assert.deepEqual(loaded.kind === 'ok' && loaded.settings.capture.interfaces, [name]);
  }
});
