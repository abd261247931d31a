import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Frame, LinkType } from '../../src/capture/frame.ts';
import { maxTunnels } from '../../src/packet/decode.ts';
import { encapsulations, inTunnels } from '../support/packet/encapsulations.ts';
import { createRandom, type Random } from '../support/program/random.ts';
import { framesOf, type PipelineRun, runCaptureFile, startPipeline } from '../support/program/run-pipeline.ts';

const ethernetLength = 14;

/** The IP packet of a frame as it was on the wire, and how many bytes of its end were not captured. */
function ipPacketOf(frame: Frame): { readonly packet: Buffer; readonly missing: number } | undefined {
  const isEthernet = frame.linkType === LinkType.ethernet;
  if (!isEthernet && frame.linkType !== LinkType.raw) return undefined;
  if (isEthernet && ![0x0800, 0x86dd].includes(frame.bytes.readUInt16BE(12))) return undefined;
  const missing = frame.wireLength - frame.bytes.length;
  const wire = Buffer.concat([frame.bytes, Buffer.alloc(missing)]);
  return { packet: wire.subarray(isEthernet ? ethernetLength : 0), missing };
}

function run(frames: readonly Frame[]): PipelineRun {
  const started = startPipeline();
  for (const frame of frames) {
    started.counters.frames_received++;
    started.pipeline.tick(frame.time);
    started.pipeline.frame(frame);
  }
  started.pipeline.close();
  return started;
}

function encapsulated(frame: Frame, wrap: (packet: Buffer) => Buffer): Frame {
  const ip = ipPacketOf(frame);
  if (ip === undefined) return frame;
  const wire = wrap(ip.packet);
  // Of a packet that was cut, nothing is behind the cut.
  const bytes = wire.subarray(0, wire.length - ip.missing);
  return { ...frame, bytes, start: 0, end: bytes.length, wireLength: wire.length, linkType: LinkType.raw };
}

const outcomeOf = ({ exchanges, counters, failures }: PipelineRun) => ({
  exchanges,
  failures,
  gaps: counters.gap_bytes,
  payload: counters.payload_bytes_delivered,
});

test('the connections inside of tunnels and behind a routing header are logged', async () => {
  const { exchanges, counters } = await runCaptureFile('test/whole/cases/ip-in-ip.pcap');
  const seen = exchanges.map(({ endpoints, request, response }) => ({
    client_ip: endpoints.clientIp,
    client_port: endpoints.clientPort,
    server_ip: endpoints.serverIp,
    method: request?.head.method,
    url: request?.head.target,
    status: response?.head.status,
    outcome: 'answered',
  }));
  const lines = readFileSync('test/whole/cases/ip-in-ip.ndjson', 'utf8').trim().split('\n');
  assert.deepEqual(
    seen,
    lines.map((line) => JSON.parse(line)),
  );
  assert.equal(counters.connections_one_sided, 0);
});

const captures = readdirSync('test/golden').filter((name) => /\.pcap(ng)?$/.test(name));

for (const name of captures) {
  test(`${name} gives the same exchanges in any tunnel and in any stack of tunnels`, async () => {
    const frames = await framesOf(`test/golden/${name}`);
    const expected = outcomeOf(run(frames));
    const wraps: ((packet: Buffer, random: Random) => Buffer)[] = Object.values(encapsulations);
    for (let depth = 2; depth <= maxTunnels / 2; depth++) {
      wraps.push((packet, random) => inTunnels(packet, depth, random));
    }
    wraps.forEach((wrap, index) => {
      const wrapped = frames.map((frame, at) =>
        encapsulated(frame, (packet) => wrap(packet, createRandom(index + 97 * at))),
      );
      assert.deepEqual(outcomeOf(run(wrapped)), expected, `${Object.keys(encapsulations)[index] ?? 'a stack'}`);
    });
  });
}
