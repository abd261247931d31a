import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  checkFilter,
  compileFilter,
  nothingFilter,
  type PacketFilter,
  portsFilter,
  tcpFilter,
} from '../../../src/capture/live/packet-filter.ts';
import { withTunnels } from '../../../src/capture/live/tunnel-filter.ts';
import { tunnelPorts } from '../../../src/packet/tunnels/udp.ts';
import { encapsulations, inFragments } from '../../support/packet/encapsulations.ts';
import { fragmentIpv4, tcpPacket, udpPacket } from '../../support/packet/packets.ts';
import { undeliveredPacket } from '../../support/packet/undelivered-packet.ts';
import { createRandom } from '../../support/program/random.ts';

/**
 * Runs the few instructions that filters for raw IP are made of, as the kernel would (linux/filter.h). Returns the
 * accepted length.
 */
function run({ program }: PacketFilter, etherType: number, packet: Buffer): number {
  let accumulator = 0;
  let index = 0;
  let pc = 0;
  for (;;) {
    const code = program.readUInt16LE(pc * 8);
    const jump = (condition: boolean) => program.readUInt8(pc * 8 + (condition ? 2 : 3));
    const k = program.readUInt32LE(pc * 8 + 4);
    const load = (at: number, size: number) => (at + size <= packet.length ? packet.readUIntBE(at, size) : undefined);
    let loaded: number | undefined = accumulator;
    switch (code) {
      case 0x20:
        loaded = k === 0xffff_f000 ? etherType : load(k, 4);
        break;
      case 0x28:
        loaded = load(k, 2);
        break;
      case 0x30:
        loaded = load(k, 1);
        break;
      case 0x48:
        loaded = load(index + k, 2);
        break;
      case 0x50:
        loaded = load(index + k, 1);
        break;
      case 0x54:
        loaded = (accumulator & k) >>> 0;
        break;
      case 0xb1:
        index = 4 * ((load(k, 1) ?? 0) & 0xf);
        break;
      case 0x15:
        pc += jump(accumulator === k);
        break;
      case 0x25:
        pc += jump(accumulator > k);
        break;
      case 0x45:
        pc += jump((accumulator & k) !== 0);
        break;
      case 0x06:
        return k;
      default:
        assert.fail(`instruction ${code.toString(16)} at ${pc}`);
    }
    if (loaded === undefined) return 0;
    accumulator = loaded;
    pc++;
  }
}

const accepts = (filter: PacketFilter, etherType: number, packet: Buffer) => run(filter, etherType, packet) > 0;

function ipv4(protocol: number, fragmentOffset = 0, ports: readonly [number, number] = [40_000, 80]): Buffer {
  const packet = Buffer.alloc(40);
  packet.writeUInt8(0x45, 0);
  packet.writeUInt16BE(fragmentOffset, 6);
  packet.writeUInt8(protocol, 9);
  packet.writeUInt16BE(ports[0], 20);
  packet.writeUInt16BE(ports[1], 22);
  return packet;
}

function ipv6(nextHeader: number): Buffer {
  const packet = Buffer.alloc(60);
  packet.writeUInt8(0x60, 0);
  packet.writeUInt8(nextHeader, 6);
  packet.writeUInt16BE(80, 42);
  return packet;
}

test('the built-in filter lets TCP and reports of ICMP through whole, in IPv4 and IPv6, and nothing else', () => {
  const from = (version: 4 | 6) => (version === 4 ? '10.0.0.9' : 'fd00::9');
  for (const version of [4, 6] as const) {
    const etherType = version === 4 ? 0x0800 : 0x86dd;
    const report = { from: from(version), to: from(version), code: 3 };
    assert.ok(accepts(tcpFilter(), etherType, undeliveredPacket(inner, report)));
    for (const type of [0, 8, 11, 128]) {
      assert.ok(!accepts(tcpFilter(), etherType, undeliveredPacket(inner, { ...report, type })));
    }
  }
  assert.equal(run(tcpFilter(), 0x0800, ipv4(6)), 0xffff_ffff);
  assert.equal(run(tcpFilter(), 0x86dd, ipv6(6)), 0xffff_ffff);
  assert.equal(accepts(tcpFilter(), 0x0800, ipv4(17)), false);
  assert.equal(accepts(tcpFilter(), 0x86dd, ipv6(58)), false);
  assert.equal(accepts(tcpFilter(), 0x0806, Buffer.alloc(28)), false);
});

test('the built-in filter lets later fragments, extension headers and tagged packets through', () => {
  assert.equal(accepts(tcpFilter(), 0x0800, ipv4(6, 185)), true);
  for (const extension of [0, 43, 44, 60]) assert.equal(accepts(tcpFilter(), 0x86dd, ipv6(extension)), true);
  for (const tag of [0x8100, 0x88a8]) assert.equal(accepts(tcpFilter(), tag, Buffer.alloc(4)), true);
});

test('the built-in filter agrees with a plain description of it on any packet', () => {
  const etherType = fc.oneof(fc.constantFrom(0x0800, 0x86dd, 0x8100, 0x88a8, 0x0806), fc.nat(0xffff));
  const small = fc.oneof(fc.constantFrom(0, 1, 3, 6, 17, 43, 44, 58, 60), fc.nat(255));
  fc.assert(
    fc.property(etherType, fc.array(small, { maxLength: 70, size: 'max' }), (type, bytes) => {
      const headerLength = 4 * ((bytes[0] ?? 0) & 15);
      const expected =
        type === 0x8100 ||
        type === 0x88a8 ||
        (type === 0x0800 && (bytes[9] === 6 || (bytes[9] === 1 && bytes[headerLength] === 3))) ||
        (type === 0x86dd && ([6, 44, 0, 43, 60].includes(bytes[6] ?? -1) || (bytes[6] === 58 && bytes[40] === 1)));
      assert.equal(accepts(tcpFilter(), type, Buffer.from(bytes)), expected);
    }),
    { numRuns: 2000 },
  );
});

test('a filter of ports lets through what comes from or goes to one of them over IPv4', () => {
  const filter = portsFilter([80, 8080]);
  const passes = (ports: readonly [number, number]) => accepts(filter, 0x0800, ipv4(6, 0, ports));
  for (const port of [80, 8080]) assert.ok(passes([port, 40_000]) && passes([40_000, port]));
  assert.ok(!passes([81, 8081]));
  assert.equal(accepts(filter, 0x0800, ipv4(17)), false);
  assert.equal(accepts(filter, 0x86dd, ipv6(6)), false);
  const options = ipv4(6, 0, [81, 81]);
  options.writeUInt8(0x46, 0);
  options.writeUInt16BE(80, 26);
  assert.equal(accepts(filter, 0x0800, options), true);
});

const ipEtherType = (packet: Buffer) => (packet.readUInt8(0) >> 4 === 6 ? 0x86dd : 0x0800);
const inner = tcpPacket({
  source: '10.0.0.1',
  destination: '10.0.0.2',
  sourcePort: 1,
  destinationPort: 2,
  sequence: 1,
});

test('with tunnels, every tunnel is let through whatever the filter says, also in fragments', () => {
  for (const filter of [withTunnels(tcpFilter()), withTunnels(nothingFilter())]) {
    for (const [name, encapsulate] of Object.entries(encapsulations)) {
      for (let seed = 0; seed < 20; seed++) {
        const packet = encapsulate(inner, createRandom(seed));
        for (const part of [packet, ...inFragments(packet, 64, 1)]) {
          assert.equal(run(filter, ipEtherType(part), part), 0xffff_ffff, `${name} ${seed}`);
        }
      }
    }
    for (const etherType of [0x8847, 0x8848, 0x8864]) assert.ok(accepts(filter, etherType, Buffer.alloc(4)));
  }
});

test('with tunnels, datagrams to other ports are left to the filter', () => {
  const closed = withTunnels(nothingFilter());
  const [port, teredo] = [9, 3544];
  for (const [source, destination] of [
    ['10.0.0.1', '10.0.0.2'],
    ['fd00::1', 'fd00::2'],
  ] as const) {
    const datagram = udpPacket(source, destination, 'x');
    const portsAt = source.includes(':') ? 40 : 20;
    const passes = (from: number, to: number) => {
      datagram.writeUInt16BE(from, portsAt);
      datagram.writeUInt16BE(to, portsAt + 2);
      return accepts(closed, ipEtherType(datagram), datagram);
    };
    for (const tunnel of tunnelPorts.keys()) assert.equal(passes(50_000, tunnel), true, `${tunnel}`);
    for (const tunnel of tunnelPorts.keys()) assert.equal(passes(tunnel, 50_000), tunnel === teredo, `${tunnel}`);
    assert.equal(passes(50_000, port), false);
  }
  assert.equal(
    accepts(closed, 0x0800, fragmentIpv4(udpPacket('10.0.0.1', '10.0.0.2', 'x'.repeat(99)), 64)[0] ?? inner),
    false,
  );
});

test('with tunnels, any other packet is accepted as before', () => {
  const plain = tcpFilter();
  const tunnels = withTunnels(plain);
  const protocols = fc.constantFrom(1, 2, 6, 50, 51, 58, 89, 132);
  fc.assert(
    fc.property(
      fc.constantFrom(0x0800, 0x86dd, 0x8100, 0x0806),
      protocols,
      fc.uint8Array({ minLength: 44, maxLength: 80 }),
      (type, protocol, bytes) => {
        const packet = Buffer.from(bytes);
        packet.writeUInt8(protocol, type === 0x86dd ? 6 : 9);
        assert.equal(run(tunnels, type, packet), run(plain, type, packet));
      },
    ),
  );
});

test('a filter for which tunnels leave no room is refused with a reason', () => {
  const full = { program: Buffer.alloc(4096 * 8) };
  assert.throws(() => withTunnels(full), /instructions and the kernel takes 4096/);
});

test('the closing filter lets nothing through', () => {
  assert.equal(accepts(nothingFilter(), 0x0800, ipv4(6)), false);
});

test('the default filter is the built-in one', () => {
  assert.deepEqual(compileFilter(' tcp '), tcpFilter());
});

/** Why tests with libpcap cannot run here, or `undefined`. */
function libpcapMissing(): string | undefined {
  try {
    compileFilter('udp');
    return undefined;
  } catch (error) {
    return String(error);
  }
}
const missing = libpcapMissing();
const withLibpcap = missing === undefined ? {} : { skip: missing };

test('other expressions are compiled by libpcap for packets that begin at the IP header', withLibpcap, () => {
  const filter = compileFilter('tcp port 80');
  assert.equal(accepts(filter, 0x0800, ipv4(6)), true);
  assert.equal(accepts(filter, 0x0800, ipv4(6, 0, [80, 40_000])), true);
  assert.equal(accepts(filter, 0x0800, ipv4(6, 0, [40_000, 81])), false);
  assert.equal(accepts(filter, 0x0800, ipv4(17)), false);
  assert.equal(accepts(filter, 0x86dd, ipv6(6)), true);
  assert.equal(run(filter, 0x0800, ipv4(6)), 262_144);
});

test('a filter is judged before the capture begins', withLibpcap, async () => {
  assert.equal(await checkFilter('tcp'), undefined);
  assert.equal(await checkFilter('tcp port 80 or host 10.0.0.1'), undefined);
  assert.match((await checkFilter('tcp prot 80')) ?? '', /syntax error/);
  assert.match((await checkFilter('ether host 00:00:00:00:00:01')) ?? '', /^ethernet addresses/);
});

test('a filter that the kernel would not take is refused with a reason', withLibpcap, async () => {
  // Few words with many instructions each: libpcap takes a minute over many words.
  const hosts = Array.from({ length: 300 }, (_, index) => `host fd00::${index}:1`).join(' or ');
  assert.match((await checkFilter(hosts)) ?? '', /instructions and the kernel takes 4096; make it shorter$/);
});

test('without libpcap the default works and anything else says what to install', (t) => {
  const paths = libpcapPaths();
  if (process.geteuid?.() !== 0) return t.skip('hiding libpcap needs root');
  if (paths.length === 0) return t.skip('libpcap is not installed, so that there is nothing to hide');
  const hide = paths.map((path) => `mount --bind /dev/null ${path}`).join(' && ');
  const script = `import { checkFilter } from './src/capture/live/packet-filter.ts';
    console.log(JSON.stringify([await checkFilter('tcp') ?? 'fine', await checkFilter('tcp port 80')]));`;
  const output = execFileSync(
    'unshare',
    ['--mount', 'sh', '-c', `${hide} && exec "$0" --import tsx --input-type=module -e "$1"`, process.execPath, script],
    { encoding: 'utf8' },
  );
  const [byDefault, other] = JSON.parse(output);
  assert.equal(byDefault, 'fine');
  assert.match(other, /needs libpcap, which is not installed: add the package libpcap0\.8 .*works without$/);
});

function libpcapPaths(): string[] {
  try {
    const cache = execFileSync('ldconfig', ['-p'], { encoding: 'utf8' });
    return cache.split('\n').flatMap((line) => /libpcap\.so\S* .* => (\S+)$/.exec(line)?.[1] ?? []);
  } catch {
    return [];
  }
}
