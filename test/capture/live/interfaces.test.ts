import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  interfaceList,
  ownAddresses,
  parseIpv4DefaultRoute,
  parseIpv6DefaultRoute,
} from '../../../src/capture/live/interfaces.ts';

const heading = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';

test('the IPv4 default route names its interface', () => {
  const table = `${heading}eth0\t0000F40A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t00000000\t0101F40A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`;
  assert.equal(parseIpv4DefaultRoute(table), 'eth0');
});

test('of several default routes the one with the lowest metric counts', () => {
  const table = `${heading}wlan0\t00000000\t0101F40A\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth1\t00000000\t0101F40A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n`;
  assert.equal(parseIpv4DefaultRoute(table), 'eth1');
});

test('routes that reject, routes that are down and routes to 0.0.0.0/1 are no default route', () => {
  const table = `${heading}*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0
eth0\t00000000\t0101F40A\t0002\t0\t0\t0\t00000000\t0\t0\t0
tun0\t00000000\t0101F40A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n`;
  assert.equal(parseIpv4DefaultRoute(table), undefined);
});

test('the IPv6 default route names its interface, and the rejecting one on lo does not', () => {
  const zero = '0'.repeat(32);
  const reject = `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo`;
  const usable = `${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0`;
  assert.equal(parseIpv6DefaultRoute(`${reject}\n`), undefined);
  assert.equal(parseIpv6DefaultRoute(`${reject}\n${usable}\n`), 'eth0');
});

test('empty and damaged tables name nothing', () => {
  for (const table of ['', '\n', heading, 'eth0\t00000000', '\0\0\0']) {
    assert.equal(parseIpv4DefaultRoute(table), undefined);
    assert.equal(parseIpv6DefaultRoute(table), undefined);
  }
});

test('the own addresses are those of all interfaces, as text', () => {
  const addresses = ownAddresses();
  assert.ok(addresses.includes('127.0.0.1'));
  assert.ok(addresses.every((address) => /^[0-9a-f.:]+$/.test(address)));
});

test('the interfaces of this machine have loopback among them', {
  skip: process.platform !== 'linux' && 'needs Linux',
}, () => {
  assert.ok(interfaceList().includes('lo'), interfaceList().join());
});
