// Connections of which packets are captured with different addresses of the server give what they give without that.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Frame } from '../../src/capture/frame.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { Decoder } from '../../src/packet/decode.ts';
import type { Segment } from '../../src/packet/segment.ts';
import { createCounters } from '../../src/telemetry/counters.ts';
import {
  checkNothingInvented,
  checkPairs,
  expectedExchanges,
  seenExchange,
} from '../support/exchange/check-exchanges.ts';
import type { ExpectedExchange } from '../support/golden/golden.ts';
import { playConnection } from '../support/http/http-conversation.ts';
import { plannedConnection } from '../support/http/http-plans.ts';
import { lossy, plannedLoss } from '../support/http/lossy-plans.ts';
import { addressBytes } from '../support/packet/ip-address.ts';
import { createRandom, type Random } from '../support/program/random.ts';
import { framesOf, type PipelineRun, runPackets, startPipeline } from '../support/program/run-pipeline.ts';
import { duplicated, overlapped, shuffled } from '../support/tcp/impairments.ts';
import { otherServer, redirections } from '../support/tcp/redirections.ts';
import type { ConversationPacket } from '../support/tcp/tcp-conversation.ts';
import { goldenPaths } from '../support/whole/golden-paths.ts';

type Packets = readonly ConversationPacket[];

const disorders: { readonly [name: string]: (packets: Packets, random: Random) => Packets } = {
  'in order': (packets) => packets,
  'out of order': moved,
  'sent again': (packets, random) => duplicated(overlapped(packets, 0.3, random), 0.3, 4, random),
};

/** The handshake stays in front: what comes before it cannot be told from a connection older than the capture. */
function moved(packets: Packets, random: Random): Packets {
  return [...packets.slice(0, 3), ...shuffled(packets.slice(3), 6, random)];
}

/** What can be told of a golden capture by its exchanges. */
const shown = ({ endpoints, request, response, outcome, ...rest }: Exchange) => ({
  ...{ endpoints, outcome, target: request?.head.target, status: response?.head.status },
  ...{ bytes: [request?.bodyBytes, response?.bodyBytes], incomplete: rest.incomplete, gapBytes: rest.gapBytes },
});

/** The same frames with another server in those that come from one of these ports, if it can be written over. */
function redirectedFrames(frames: readonly Frame[], clientPorts: ReadonlySet<number>): Frame[] {
  return frames.map((frame) => {
    const bytes = Buffer.from(frame.bytes);
    const deliver = (segment: Segment) => {
      if (segment.bytes !== bytes || !clientPorts.has(segment.sourcePort)) return;
      const { destinationAddress, addressLength } = segment;
      addressBytes(addressLength === 4 ? '127.0.0.1' : '::1').copy(bytes, destinationAddress);
    };
    const decoder = new Decoder(createCounters(), { decapsulates: false, deliver, refuse: () => {} });
    decoder.frame({ ...frame, bytes });
    return { ...frame, bytes };
  });
}

function runFrames(frames: readonly Frame[]): PipelineRun {
  const run = startPipeline();
  for (const frame of frames) {
    run.pipeline.tick(frame.time);
    run.pipeline.frame(frame);
  }
  run.pipeline.close();
  return run;
}

test('every golden conversation is the same one where its requests are redirected', async () => {
  let redirected = 0;
  for (const path of goldenPaths) {
    const expected: readonly ExpectedExchange[] = JSON.parse(
      readFileSync(path.replace(/\.pcap(ng)?$/, '.expected.json'), 'utf8'),
    );
    const ports = new Set(expected.flatMap(({ client_port }) => client_port ?? []));
    const frames = await framesOf(path);
    const changed = redirectedFrames(frames, ports);
    const [plain, run] = [runFrames(frames), runFrames(changed)];
    assert.deepEqual(run.exchanges.map(shown), plain.exchanges.map(shown), path);
    assert.equal(run.counters.connections_shutdown, plain.counters.connections_shutdown, path);
    if (changed.some(({ bytes }, index) => !bytes.equals(frames[index]?.bytes ?? bytes))) redirected++;
  }
  assert.ok(redirected > goldenPaths.length / 2);
});

test('requests that went to a proxy on loopback have their answers, as the application has asked for them', () => {
  const capture = fileURLToPath(new URL('cases/redirected-on-loopback.pcap', import.meta.url));
  const command = ['--import', 'tsx', 'src/main.ts', '--read', capture, '--local', '10.77.0.1'];
  const { stdout, stderr } = spawnSync(process.execPath, command, { env: {}, encoding: 'utf8' });
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const expected = readFileSync(capture.replace('.pcap', '.ndjson'), 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    records.map((record) => Object.keys(JSON.parse(expected[0] ?? '{}')).map((field) => record[field])),
    expected.map((line) => Object.values(JSON.parse(line))),
  );
  assert.ok(records.every(({ direction, client_ip }) => direction === 'outgoing' && client_ip === '10.77.0.1'));
  assert.doesNotMatch(stderr, /one direction/);
});

const serverOf = ({ endpoints }: Exchange) => endpoints.serverIp;

for (const [name, redirect] of Object.entries(redirections)) {
  describe(`one connection and the server that was meant, where ${name}`, () => {
    for (const [order, disorder] of Object.entries(disorders)) {
      test(`and packets are ${order}`, () => {
        const sees = fc.property(plannedConnection(0, fc.constantFrom(1, 3)), fc.nat(), (plan, seed) => {
          const played = playConnection(plan, 'a');
          const { packets, server } = redirect(disorder(played.packets, createRandom(seed)));
          const run = runPackets(packets);
          assert.deepEqual(run.failures, []);
          assert.deepEqual(run.exchanges.map(seenExchange), expectedExchanges(played));
          const { clientIp = '', serverIp = '' } = plan.options;
          const expected = server === 'own' ? serverIp : otherServer(clientIp);
          assert.ok(run.exchanges.every((exchange) => serverOf(exchange) === expected));
          const { connections_opened, connections_redirected, connections_one_sided, gaps } = run.counters;
          assert.deepEqual([connections_opened - connections_redirected, connections_one_sided, gaps], [1, 0, 0]);
        });
        fc.assert(sees, { numRuns: 100 });
      });
    }

    if (!name.includes('seen again')) {
      // Copies are only known as such where the SYN told who the client is, and what they are copies of was captured.
      test('and nothing is made up where packets are lost', () => {
        const left = fc.oneof(plannedLoss, fc.nat());
        const sees = fc.property(plannedConnection(0, fc.constant(1)), left, (plan, loss) => {
          const played = playConnection(plan, 'a');
          const { packets } = redirect(played.packets);
          const seen = typeof loss === 'number' ? packets.slice(loss % packets.length) : lossy(packets, loss);
          const run = runPackets(seen);
          assert.deepEqual(run.failures, []);
          checkPairs(checkNothingInvented(played, run.exchanges));
        });
        fc.assert(sees, { numRuns: 150 });
      });
    }

    test('of many at a time', () => {
      const plans = fc.tuple(...[0, 1, 2, 3].map((index) => plannedConnection(index, fc.constantFrom(1, 3))));
      const sees = fc.property(plans, (all) => {
        const played = all.map((plan, index) => playConnection(plan, `${index}`));
        const packets = played.flatMap((each) => redirect(each.packets).packets).toSorted((a, b) => a.time - b.time);
        const run = runPackets(packets);
        for (const each of played) {
          const own = run.exchanges.filter(({ endpoints }) => endpoints.clientIp === each.plan.options.clientIp);
          assert.deepEqual(own.map(seenExchange), expectedExchanges(each));
        }
      });
      fc.assert(sees, { numRuns: 50 });
    });
  });
}
