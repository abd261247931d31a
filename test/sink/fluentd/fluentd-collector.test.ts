// The fluentd sink against the fluentforward receiver of the OpenTelemetry Collector: a server in another language by
// other people.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SchemaName } from '../../../src/record/schema/schemas.ts';
import { unaccounted } from '../../../src/sink/account.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import { createEntryEncoder } from '../../../src/sink/fluentd/entry-encoder.ts';
import type { FluentdSettings } from '../../../src/sink/fluentd/fluentd.ts';
import { findCollector } from '../../support/e2e/otel-collector.ts';
import { LogLines } from '../../support/program/log-lines.ts';
import { ownPort } from '../../support/program/own-port.ts';
import { startProgram } from '../../support/program/start-program.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { exampleRecord } from '../../support/record/example.ts';
import { schemaNames, toSchema } from '../../support/record/to-schema.ts';
import { contractSettings } from '../../support/sink/contract.ts';
import { fluentdTransport } from '../../support/sink/fluentd-tools.ts';

type Value = {
  readonly stringValue?: string;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values?: readonly Value[] };
  readonly kvlistValue?: { readonly values?: readonly { readonly key: string; readonly value: Value }[] };
};
type LogRecordJson = {
  readonly timeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Value }[];
};
type Received = { readonly nanoseconds: bigint; readonly fields: { readonly [name: string]: unknown } };

const collector = findCollector();
const skip = 'missing' in collector ? collector.missing : false;

describe('an OpenTelemetry Collector', { skip, timeout: 300_000 }, () => {
  for (const compress of ['none', 'gzip'] as const) {
    test(`takes and acknowledges every record (compression: ${compress})`, async (t) => {
      const { received, delivery } = await open(t, { compress }, 'flat');
      for (let index = 0; index < 5000; index++) delivery.write(createRecord(index));
      await delivery.close(30_000);
      assert.deepEqual([delivery.account.delivered, delivery.account.retried], [5000, 0]);
      await until(() => received.length >= 5000);
      const ids = received.map(({ fields }) => String(fields['id'])).toSorted();
      assert.deepEqual(
        ids,
        Array.from({ length: 5000 }, (_, index) => createRecord(index).id),
      );
      const last = received.find(({ fields }) => fields['id'] === 'record-004999');
      assert.equal(last?.nanoseconds, BigInt(createRecord(4999).startTime) * 1000n);
      assert.equal(last.fields['fluent.tag'], 'k8s.incoming');
    });
  }

  for (const schema of schemaNames) {
    test(`has all fields of the ${schema} schema as they were`, async (t) => {
      const { received, delivery } = await open(t, {}, schema);
      delivery.write(exampleRecord);
      await delivery.close(10_000);
      await until(() => received.length === 1);
      const { 'fluent.tag': tag, ...fields } = received[0]?.fields ?? {};
      assert.equal(tag, 'k8s.incoming');
      assert.deepEqual(fields, JSON.parse(JSON.stringify(toSchema[schema](exampleRecord))));
    });
  }

  test('is checked without a record', async (t) => {
    const { received, transport } = await open(t, {}, 'flat');
    const { isFine, sentence } = await transport.check();
    assert.ok(isFine, sentence);
    assert.match(sentence, /acknowledges/);
    assert.equal(received.length, 0);
  });

  test('is killed and restarted under load: every record is acknowledged and counted', async (t) => {
    const { restart, delivery } = await open(t, {}, 'flat');
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 1000; index++) delivery.write(createRecord(round * 1000 + index));
      await sleep(20);
      await restart();
    }
    await delivery.close(30_000);
    assert.deepEqual([delivery.account.delivered, unaccounted(delivery.account)], [3000, 0]);
  });
});

/** A collector that sends what it takes back to us as JSON, and a delivery to it. */
async function open(t: TestContext, changes: Partial<FluentdSettings>, schema: SchemaName) {
  const received: Received[] = [];
  const back = createHttpServer((request, response) => {
    const pieces: Buffer[] = [];
    // A collector that is killed breaks off; only what came whole counts.
    request.on('error', () => {}).on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      received.push(...readLogs(Buffer.concat(pieces).toString()));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => back.listen(0, '127.0.0.1', resolve));
  const port = await ownPort();
  let child = await startCollector(port, (back.address() as AddressInfo).port);
  const transport = fluentdTransport([port], { ackTimeoutMs: 30_000, ...changes });
  const encoder = createEntryEncoder(toSchema[schema], 'k8s.%{direction}');
  const settings = { ...contractSettings, queueBytes: 64 * 1024 * 1024 };
  const delivery = new Delivery({ name: 'fluentd', settings, transport, encoder, log: new LogLines().log });
  const restart = async () => {
    await stop(child);
    child = await startCollector(port, (back.address() as AddressInfo).port);
  };
  t.after(async () => {
    await delivery.close(0);
    await stop(child);
    back.closeAllConnections();
    back.close();
  });
  return { received, transport, delivery, restart };
}

async function startCollector(port: number, backPort: number): Promise<ChildProcess> {
  assert.ok('path' in collector);
  const configuration = {
    receivers: { fluentforward: { endpoint: `127.0.0.1:${port}` } },
    exporters: {
      otlphttp: {
        endpoint: `http://127.0.0.1:${backPort}`,
        encoding: 'json',
        compression: 'none',
      },
    },
    service: {
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
      pipelines: { logs: { receivers: ['fluentforward'], exporters: ['otlphttp'] } },
    },
  };
  const words = [`--config=yaml:${JSON.stringify(configuration)}`];
  const child = startProgram(collector.path, words, { stdio: ['ignore', 2, 2] });
  const probe = fluentdTransport([port]);
  await until(async () => child.exitCode !== null || (await probe.check()).isFine);
  probe.close();
  assert.equal(child.exitCode, null, 'the collector ended');
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await holds()); await sleep(20)) {
    if (Date.now() > deadline) assert.fail('it took too long');
  }
}

function readLogs(json: string): Received[] {
  const { resourceLogs } = JSON.parse(json) as {
    resourceLogs: readonly { scopeLogs: readonly { logRecords: readonly LogRecordJson[] }[] }[];
  };
  return resourceLogs
    .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords = [] }) => logRecords))
    .map(({ timeUnixNano, attributes }) => ({ nanoseconds: BigInt(timeUnixNano), fields: readPairs(attributes) }));
}

function readPairs(pairs: readonly { readonly key: string; readonly value: Value }[]): {
  readonly [name: string]: unknown;
} {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, readValue(value)]));
}

function readValue(value: Value): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(readValue);
  if (value.kvlistValue !== undefined) return readPairs(value.kvlistValue.values ?? []);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}
