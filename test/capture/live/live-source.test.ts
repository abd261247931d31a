import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compileFilter } from '../../../src/capture/live/packet-filter.ts';
import type { SourceEnd } from '../../../src/capture/source.ts';
import type { Counters } from '../../../src/telemetry/counters.ts';
import {
  connect,
  type Event,
  makeNamespaces,
  type NamespaceProcess,
  type NetworkNamespace,
  namespacesMissing,
} from '../../support/capture/network-namespace.ts';

const child = fileURLToPath(new URL('../../support/capture/live-capture-child.ts', import.meta.url));
const inject = fileURLToPath(new URL('../../support/capture/inject-packet.ts', import.meta.url));
const capturing = (settings: object) => [process.execPath, '--import', 'tsx', child, JSON.stringify(settings)];

/** Runs a test in namespaces of its own, which go away in any case. */
function inNamespaces(
  title: string,
  count: number,
  body: (...namespaces: NetworkNamespace[]) => Promise<void>,
  missing: string | false = false,
): void {
  test(title, { skip: namespacesMissing || missing, timeout: 300_000 }, (t) => body(...makeNamespaces(t, count)));
}

const libpcapMissing = reasonOf(() => compileFilter('udp'));
const wrkMissing = reasonOf(() => execFileSync('sh', ['-c', 'command -v wrk']));

function reasonOf(attempt: () => unknown): string | false {
  try {
    attempt();
    return false;
  } catch (error) {
    return String(error);
  }
}

async function startCapture(namespace: NetworkNamespace, settings: object, prefix: readonly string[] = []) {
  const capture = namespace.start([...prefix, ...capturing(settings)]);
  await capture.event((event) => event.ready === true || event.end !== undefined, 'start of the capture');
  return capture;
}

async function finish(capture: NamespaceProcess): Promise<{ end: SourceEnd; message: string; counters: Counters }> {
  capture.endInput();
  const { end, counters } = await capture.event((event) => event.end !== undefined, 'end');
  assert.equal(await capture.exited, 0, capture.errors);
  assert.ok(end !== undefined && counters !== undefined);
  return { end, message: end.kind === 'failed' ? end.message : '', counters };
}

const isText = (text: string) => (event: Event) => event.frame?.text === text;
const isLog = (pattern: RegExp) => (event: Event) => pattern.test(event.log ?? '');
const framesOf = (capture: NamespaceProcess) => capture.events.flatMap((event) => event.frame ?? []);
const logsOf = (capture: NamespaceProcess) => capture.events.flatMap((event) => event.log ?? []);

inNamespaces('loopback packets are seen once, in IPv4 and IPv6', 1, async (here) => {
  await here.serve('127.0.0.1', 8001);
  await here.serve('::1', 8002);
  const capture = await startCapture(here, { interfaces: ['lo'] });
  here.send('127.0.0.1', 8001, 'payload-four');
  here.send('::1', 8002, 'payload-six');
  const { end, counters } = await finish(capture);
  assert.deepEqual(end, { kind: 'stopped' });
  const frames = framesOf(capture);
  assert.deepEqual(
    frames.flatMap(({ text = [], version }) => (text.length === 0 ? [] : [[text, version]])),
    [
      ['payload-four', 4],
      ['payload-answer', 4],
      ['payload-six', 6],
      ['payload-answer', 6],
    ],
  );
  assert.ok(frames.every(({ direction, linkType }) => direction === 'unknown' && linkType === 101));
  assert.equal(counters.frames_skipped_loopback_copy, frames.length);
  assert.equal(counters.frames_received, 2 * frames.length);
  assert.equal(counters.frames_dropped_kernel, 0);
});

inNamespaces(
  'on the interface of the default route both directions are seen and told apart',
  2,
  async (here, there) => {
    connect(here, there);
    here.ip('route add default via 10.77.0.2');
    await there.serve('10.77.0.2', 8001);
    await there.serve('fd77::2', 8002);
    const capture = await startCapture(here, {});
    here.send('10.77.0.2', 8001, 'payload-four');
    here.send('fd77::2', 8002, 'payload-six');
    const { counters } = await finish(capture);
    const frames = framesOf(capture);
    assert.deepEqual(
      frames.filter(({ text }) => text !== undefined).map(({ text, version, direction }) => [text, version, direction]),
      [
        ['payload-four', 4, 'out'],
        ['payload-answer', 4, 'in'],
        ['payload-six', 6, 'out'],
        ['payload-answer', 6, 'in'],
      ],
    );
    // IPv6 multicast reports begin with hop-by-hop options.
    const others = frames.filter(({ version, protocol }) => protocol !== 6 && !(version === 6 && protocol === 0));
    assert.deepEqual(others, [], 'the built-in filter lets only TCP and extension headers through');
    assert.equal(counters.frames_received, frames.length);
  },
);

inNamespaces(
  'without a default route the only interface is captured, and several are a clear error',
  2,
  async (here, there) => {
    connect(here, there);
    const capture = await startCapture(here, {});
    await there.serve('10.77.0.2', 8001);
    here.send('10.77.0.2', 8001, 'payload-only');
    await capture.event(isText('payload-only'), 'packet');
    await finish(capture);
    here.ip('link add second type veth peer name third');
    here.ip('addr add 10.78.0.1/24 dev second');
    here.ip('link set second up');
    here.ip('link set third up');
    const { end, message } = await finish(await startCapture(here, {}));
    assert.equal(end.kind, 'failed');
    assert.match(message, /^there is no default route .* these are up: .*\beth0\b.*; name one with IFACE$/);
    const alone = await finish(await startCapture(there, { interfaces: [] }));
    assert.equal(alone.end.kind, 'stopped', alone.message);
  },
);

inNamespaces('several interfaces are captured at once, and any captures all', 2, async (here, there) => {
  connect(here, there);
  await there.serve('10.77.0.2', 8001);
  await here.serve('127.0.0.1', 8002);
  for (const interfaces of [['lo', 'eth0', 'lo'], ['any'], ['eth0', 'any']]) {
    const capture = await startCapture(here, { interfaces });
    here.send('10.77.0.2', 8001, 'payload-veth');
    here.send('127.0.0.1', 8002, 'payload-lo');
    await finish(capture);
    assert.deepEqual(
      framesOf(capture)
        .filter(({ text = 'payload-answer' }) => text !== 'payload-answer')
        .map(({ text, direction }) => `${text} ${direction}`)
        .sort(),
      ['payload-lo unknown', 'payload-veth out'],
    );
  }
});

inNamespaces(
  'a filter compiled by libpcap lets only its own packets through',
  1,
  async (here) => {
    await here.serve('127.0.0.1', 8001);
    await here.serve('127.0.0.1', 8002);
    const capture = await startCapture(here, { interfaces: ['lo'], filter: 'tcp port 8001' });
    here.send('127.0.0.1', 8002, 'payload-no');
    here.send('127.0.0.1', 8001, 'payload-yes');
    const { counters } = await finish(capture);
    const frames = framesOf(capture);
    assert.ok(frames.length > 0 && frames.every(({ fromPort, toPort }) => fromPort === 8001 || toPort === 8001));
    assert.equal(counters.frames_received, 2 * frames.length);
  },
  libpcapMissing,
);

inNamespaces(
  'a filter that libpcap does not understand ends the run with one sentence',
  1,
  async (here) => {
    const { end, message } = await finish(await startCapture(here, { interfaces: ['lo'], filter: 'tcp prot 80' }));
    assert.equal(end.kind, 'failed');
    assert.match(message, /^the filter "tcp prot 80" cannot be used: .*(syntax error|libpcap)/);
  },
  libpcapMissing,
);

inNamespaces(
  'what is not IP is counted, not handed on',
  2,
  async (here, there) => {
    connect(here, there);
    await there.serve('10.77.0.2', 8001);
    const capture = await startCapture(here, { interfaces: ['eth0'], filter: '' });
    here.send('10.77.0.2', 8001, 'payload-arp');
    const { counters } = await finish(capture);
    assert.ok(counters.frames_skipped_not_ip >= 2, 'the ARP request and its answer');
    assert.equal(counters.frames_received, framesOf(capture).length + counters.frames_skipped_not_ip);
  },
  libpcapMissing,
);

inNamespaces('tagged packets are seen with their tags in the packet or beside it', 2, async (here, there) => {
  connect(here, there);
  const capture = await startCapture(here, { interfaces: ['eth0'] });
  const kinds = [4, 6].flatMap((version) => ['81000007', '88a8000581000007'].map((tags) => ({ version, tags })));
  const nameOf = ({ version, tags }: (typeof kinds)[number], way: string) =>
    `payload-${tags.length / 8}-tags-${way}-${version}`;
  const ways = ['out', 'in'];
  for (const [index, namespace] of [here, there].entries()) {
    const frames = kinds.map((kind) => taggedPacket(kind.tags, kind.version, nameOf(kind, ways[index] ?? '')));
    namespace.run([process.execPath, '--import', 'tsx', inject, 'eth0', ...frames]);
  }
  await finish(capture);
  assert.deepEqual(
    framesOf(capture).flatMap(({ text, direction, version }) =>
      text === undefined ? [] : [`${text} ${direction} ${version}`],
    ),
    ways.flatMap((way) => kinds.map((kind) => `${nameOf(kind, way)} ${way} ${kind.version}`)),
  );
});

function taggedPacket(tags: string, version: number, text: string): string {
  const tcp = Buffer.concat([
    Buffer.from('9c400050000000000000000050000000', 'hex'),
    Buffer.alloc(4),
    Buffer.from(text),
  ]);
  const ip = Buffer.alloc(version === 4 ? 20 : 40);
  ip.writeUInt8(version === 4 ? 0x45 : 0x60, 0);
  ip.writeUInt16BE(version === 4 ? ip.length + tcp.length : tcp.length, version === 4 ? 2 : 4);
  ip.writeUInt8(6, version === 4 ? 9 : 6);
  const ethernet = `ffffffffffff020000000001${tags}${version === 4 ? '0800' : '86dd'}`;
  return ethernet + Buffer.concat([ip, tcp]).toString('hex');
}

inNamespaces(
  'an interface that comes later, goes down or is deleted is captured whenever it is there',
  2,
  async (here, there) => {
    const capture = await startCapture(here, { interfaces: ['eth0', 'lo'] });
    assert.deepEqual(logsOf(capture), ['interface eth0 does not exist (there are: lo): waiting for it']);
    await sleep(1200);
    const back = async (times: number) => {
      while (logsOf(capture).filter((message) => message === 'interface eth0 is there: capturing').length < times)
        await sleep(20);
    };
    const lost = (how: string) =>
      capture.event(isLog(new RegExp(`^interface eth0 ${how}: waiting for it$`)), `line that it ${how}`);

    connect(here, there);
    await there.serve('10.77.0.2', 8001);
    await back(1);
    here.send('10.77.0.2', 8001, 'payload-first');
    await capture.event(isText('payload-first'), 'packet of the new interface');

    here.ip('link set eth0 down');
    await lost('went down');
    here.ip('link set eth0 up');
    await back(2);
    here.send('10.77.0.2', 8001, 'payload-second');
    await capture.event(isText('payload-second'), 'packet after the interface was down');

    here.ip('link del eth0');
    await lost('went away');
    connect(here, there);
    await back(3);
    here.send('10.77.0.2', 8001, 'payload-third');
    const { end } = await finish(capture);
    assert.deepEqual(end, { kind: 'stopped' });
    assert.ok(capture.events.some(isText('payload-third')));
    assert.equal(logsOf(capture).length, 6, logsOf(capture).join('\n'));
  },
);

inNamespaces('an interface that is down at the start is waited for', 2, async (here, there) => {
  connect(here, there);
  here.ip('link set eth0 down');
  const capture = await startCapture(here, { interfaces: ['eth0'] });
  assert.deepEqual(logsOf(capture), ['interface eth0 is down: waiting for it']);
  here.ip('link set eth0 up');
  await capture.event(isLog(/^interface eth0 is there: capturing$/), 'line about the interface');
  await finish(capture);
});

inNamespaces('packets that arrived just before the stop are handed over', 1, async (here) => {
  await here.serve('127.0.0.1', 8001);
  for (let round = 0; round < 5; round++) {
    const capture = await startCapture(here, { interfaces: ['lo'] });
    here.send('127.0.0.1', 8001, `payload-last-${round}`);
    await finish(capture);
    assert.ok(capture.events.some(isText(`payload-last-${round}`)));
  }
});

inNamespaces('without NET_RAW the run fails with one sentence that says how to grant it', 1, async (here) => {
  const nothing = ['setpriv', '--bounding-set=-all', '--inh-caps=-all'];
  const { end, message } = await finish(await startCapture(here, { interfaces: ['lo'] }, nothing));
  assert.equal(end.kind, 'failed');
  assert.match(message, /^capturing needs the NET_RAW capability.*capabilities\.add.*--cap-add NET_RAW.*setcap/);
  assert.doesNotMatch(message, /user 0/);
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const other = await finish(await startCapture(here, { interfaces: ['lo'] }, nobody));
  assert.match(other.message, /NET_RAW.*run it as user 0/);
});

inNamespaces('another user than root captures with nothing but NET_RAW and small limits', 1, async (here) => {
  await here.serve('127.0.0.1', 8001);
  const onlyNetRaw = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--bounding-set=-all,+net_raw'];
  const granted = ['--inh-caps=-all,+net_raw', '--ambient-caps=-all,+net_raw', '--no-new-privs'];
  const limits = ['prlimit', '--memlock=0', '--nofile=1024'];
  const capture = await startCapture(here, { interfaces: ['lo'] }, [...limits, ...onlyNetRaw, ...granted]);
  here.send('127.0.0.1', 8001, 'payload-user');
  const { end } = await finish(capture);
  assert.deepEqual(end, { kind: 'stopped' });
  assert.ok(capture.events.some(isText('payload-user')));
});

inNamespaces(
  'every packet of a heavy load is either received or counted as dropped',
  1,
  async (here) => {
    const script = `require('http').createServer((q, r) => r.end('x'.repeat(2000)))
    .listen(8001, '127.0.0.1', () => console.log('{"listening":true}'))`;
    const server = here.start([process.execPath, '-e', script]);
    await server.event((event) => event.listening === true, 'server');
    const loopbackPackets = () => JSON.parse(here.ip('-s -j link show lo'))[0].stats64.rx.packets as number;
    const load = () => here.run(['wrk', '-t1', '-c16', '-d1s', 'http://127.0.0.1:8001/']);

    for (const isHeldUp of [false, true]) {
      const ring = isHeldUp ? { blockBytes: 65_536, blockCount: 2 } : { blockBytes: 524_288, blockCount: 8 };
      const before = loopbackPackets();
      const capture = await startCapture(here, { interfaces: ['lo'], ring, printFrames: false });
      if (isHeldUp) {
        capture.signal('SIGSTOP');
        load();
        capture.signal('SIGCONT');
      }
      load();
      await allClosed(here);
      const { end, counters } = await finish(capture);
      assert.deepEqual(end, { kind: 'stopped' });
      assert.equal(counters.frames_received + counters.frames_dropped_kernel, 2 * (loopbackPackets() - before));
      if (isHeldUp) assert.ok(counters.frames_dropped_kernel > 0, 'who is held up must drop');
    }
  },
  wrkMissing,
);

/** Waits until both sides of every connection have said all that they will say. */
async function allClosed(namespace: NetworkNamespace): Promise<void> {
  const quiet = ['LISTEN', 'TIME-WAIT', 'CLOSE'];
  const isQuiet = () => {
    const states = namespace.run(['ss', '-tanH']).match(/^\S+/gm) ?? [];
    return states.every((state) => quiet.includes(state));
  };
  while (!isQuiet()) await sleep(20);
}

inNamespaces(
  'it is told which interfaces are captured from the start on, and which are waited for',
  1,
  async (here) => {
    const capture = await startCapture(here, { interfaces: ['nosuch0', 'lo'] });
    const { start } = await capture.event((event) => event.start !== undefined, 'start');
    assert.deepEqual(start, { captured: ['lo'], awaited: ['nosuch0'] });
    await finish(capture);
  },
);

inNamespaces('whether capturing is allowed can be asked beforehand', 1, async (here) => {
  const module = JSON.stringify(new URL('../../../src/capture/live/live-source.ts', import.meta.url));
  const script = `import { checkLiveCapture } from ${module};
    console.log(await checkLiveCapture() ?? 'allowed');`;
  const ask = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', script];
  assert.equal(here.run(ask), 'allowed\n');
  assert.match(
    here.run(['setpriv', '--bounding-set=-all', '--inh-caps=-all', ...ask]),
    /^capturing needs the NET_RAW capability/,
  );
});
