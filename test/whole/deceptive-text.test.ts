// Text from the wire, from a server or from a file's name, on every way to a terminal: what could give the terminal
// commands, or deceive a reader, is never written as it came. A new way to print something is a new row.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, describe, test } from 'node:test';
import { loadSettings } from '../../src/config/settings.ts';
import { createRecordBuilder } from '../../src/record/build.ts';
import { LoggedHeaders } from '../../src/record/headers/logged-headers.ts';
import { formatPretty } from '../../src/record/pretty.ts';
import type { LogRecord } from '../../src/record/record.ts';
import { schemas } from '../../src/record/schema/schemas.ts';
import { errorMessage } from '../../src/sink/client/error-message.ts';
import { describeAnswer, errorText } from '../../src/sink/client/http-outcome.ts';
import { socketFailure } from '../../src/sink/client/socket-failure.ts';
import { createBulkEncoder } from '../../src/sink/elasticsearch/bulk-encoder.ts';
import { createEncodings } from '../../src/sink/encodings.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { pcapFile } from '../support/capture/capture-writer.ts';
import { programMissing, runLogger } from '../support/program/run-logger.ts';
import { createRecord } from '../support/record/create-record.ts';
import { exchangeOf, fullOptions, requestMessage, responseMessage } from '../support/record/exchanges.ts';
import { deceptiveCharacters, isDeceptive } from '../support/record/json-with-escapes.ts';
import { TcpConversation } from '../support/tcp/tcp-conversation.ts';

const evil = `a${deceptiveCharacters}b\x1b[31m\x9b2Jc\u202egnp.exe`;
/** The same as it comes in a message, one character per byte; without what ends a line there. */
const onTheWire = Buffer.from(evil.replaceAll(/[\0\r\n]/g, '')).toString('latin1');
const controls = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');

/** A record with the text wherever a record has any. */
const evilRecord: LogRecord = createRecord(1, {
  ...{ method: evil, host: evil, url: evil, path: evil, query: evil, userAgent: evil, forwardedFor: evil },
  ...{ referrer: evil, requestId: evil, requestContentType: evil, contentType: evil, clientName: evil },
  ...{ serverName: evil, requestBody: evil, responseBody: evil },
  requestHeaders: LoggedHeaders.of({ [evil]: evil, [`${evil}2`]: [evil, evil] }),
  responseHeaders: LoggedHeaders.of({ [evil]: evil, [`1${evil}`]: [evil, evil] }),
  identity: { pod: evil, namespace: evil, node: evil, hostname: evil, labels: { [evil]: evil } },
});

/** A record of a message with the text in all of its parts, as they are read from the wire. */
function recordOfMessage(text: string): LogRecord {
  const target = `/${text.replaceAll(' ', '')}?q=${text.replaceAll(' ', '')}`;
  const fields = ['Host', 'User-Agent', 'Referer', 'X-Request-Id', 'Content-Type', 'X-A', 'X-A', text, text];
  const headers = fields.map((name) => [name, text] as const);
  const request = requestMessage({ method: text, target, headers });
  return createRecordBuilder(fullOptions)(exchangeOf({ request, response: responseMessage({ headers }) }));
}

function logged(message: string): string {
  let lines = '';
  const write = (line: string) => {
    lines += line;
  };
  const log = createLog(write, true, () => new Date(0));
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](message);
  return lines;
}

function answered(text: string, location?: string): string {
  return describeAnswer({ status: 400, text, location, hide: (said: string) => said } as Parameters<
    typeof describeAnswer
  >[0]);
}

function problemsOf(env: { readonly [name: string]: string }): string {
  const loaded = loadSettings(env);
  return loaded.kind === 'invalid' ? loaded.problems.join('\n') : assert.fail(`${Object.keys(env)} is allowed`);
}

describe('in JSON lines nothing is left that cannot be seen', () => {
  const records: readonly (readonly [what: string, record: LogRecord])[] = [
    ['text in every field', evilRecord],
    ['a message of UTF-8', recordOfMessage(onTheWire)],
    ['a message of other bytes', recordOfMessage(controls.replaceAll(/[\0\r\n:]/g, ''))],
  ];
  for (const [what, record] of records) {
    for (const schema of Object.keys(schemas) as (keyof typeof schemas)[]) {
      test(`${what}, in the schema ${schema}`, () => {
        const { toJson, toEvent, toDocument, toSchema } = createEncodings(schema);
        const encoders = {
          toJson,
          toEvent,
          toDocument,
          bulk: createBulkEncoder('index', createEncodings(schema)).content,
        };
        for (const [name, encode] of Object.entries(encoders)) {
          const json = String(encode(record));
          assert.equal(isDeceptive(json), false, name);
          assert.doesNotMatch(json.trimEnd(), /[\n\ud800-\udbff](?![\udc00-\udfff])/, name);
          // A program reads what was sent.
          if (name === 'toJson') assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(toSchema(record))));
        }
      });
    }
  }

  test('what a server takes in another form than JSON has the text as it was sent', () => {
    const { method } = createEncodings('flat').toSchema(evilRecord);
    assert.equal(method, evil);
  });
});

describe('lines for people show what cannot be seen', () => {
  const ways: Readonly<Record<string, () => string | Promise<string>>> = {
    'a record': () => formatPretty(evilRecord, false, 10_000),
    'a record that is cut': () => formatPretty(evilRecord, false, 80),
    'a record from the wire': () => formatPretty(recordOfMessage(onTheWire), false, 10_000),
    'a message of the log': () => logged(evil),
    'what Elasticsearch says about a record': () =>
      logged(errorText({ type: evil, reason: evil, caused_by: { reason: evil } })),
    'what a server answers, as JSON': () => logged(answered(JSON.stringify({ error: { type: evil, reason: evil } }))),
    'what a server answers, as text': () => logged(answered(evil)),
    'what a server answers, cut in a character': () => logged(answered(`${'x'.repeat(299)}🚀`)),
    'where a server sends us': () => logged(answered('', evil)),
    'what OpenSSL says': () => logged(errorMessage(new Error(`error:0A000410:SSL:${evil}:${evil}:x`))),
    'what a certificate says': () => logged(errorMessage(new Error(`Hostname does not match: ${evil}`))),
    'what a socket says': () => logged(socketFailure(Object.assign(new Error(evil), { code: 'EWHATEVER' })).reason),
  };
  for (const [what, print] of Object.entries(ways)) {
    test(what, async () => assert.equal(isDeceptive(await print()), false));
  }
});

describe('the program', { skip: programMissing }, () => {
  const folder = mkdtempSync(`${tmpdir()}/khl-deceptive-`);
  after(() => rmSync(folder, { recursive: true }));
  /** What can stand in an argument or a variable. */
  const given = evil.replaceAll(/[\0\ud800-\udfff]/gu, '').replaceAll('/', '');
  const named = Buffer.from(given).subarray(0, 200).toString().replaceAll('\ufffd', '');
  const capture = `${folder}/${named}.pcap`;
  const packets = new TcpConversation()
    .client(`GET /${onTheWire.replaceAll(' ', '')} HTTP/1.1\r\nHost: a\r\n${onTheWire}: ${onTheWire}\r\n\r\n`)
    .server(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Raw: ${controls.replaceAll(/[\r\n\0]/g, '')}\r\n\r\n`)
    .close().packets;
  const frames = packets.map(({ time, bytes }) => ({ time, bytes }));
  writeFileSync(capture, pcapFile(frames, { linkType: 101 }));
  writeFileSync(`${capture}.cut`, pcapFile(frames, { linkType: 101 }).subarray(0, -7));

  const runs: Readonly<Record<string, { readonly args: readonly string[]; readonly env?: Record<string, string> }>> = {
    'records as JSON': { args: ['--read', capture], env: { MODE: 'debug' } },
    'records for people': { args: ['--read', capture, '--pretty'] },
    'a capture that is cut': { args: ['--read', `${capture}.cut`] },
    'a capture that is not there': { args: ['--read', `${capture}.gone`] },
    'an option that is none': { args: [`--${named}`, named] },
    'a check': {
      args: ['--read', `${capture}`, '--check'],
      env: { SPOOL_DIR: `/nowhere/${named}`, SEND_LOGS_TO: 'file', FILE_PATH: `/nowhere/${named}/x` },
    },
    'variables that are wrong': {
      args: ['--check'],
      env: {
        ...{ IFACE: `${given} ${given}`, LOG_SCHEMA: given, LOG_HEADERS: `${given},(`, IGNORE_URLS: given },
        ...{ SEND_LOGS_TO: given, LOCAL_IPS: given, TIMEOUT_AFTER_MS: given, POD_LABELS: given },
        ...{ FLUENTD_PASSWORD_FILE: `/nowhere/${named}`, ELASTICSEARCH_HOST: given, CAP_FILTER: given },
      },
    },
  };
  for (const [what, { args, env = {} }] of Object.entries(runs)) {
    test(what, async () => {
      const { stdout, stderr } = await runLogger(args, { env });
      assert.ok(stdout.length + stderr.length > 50);
      assert.equal(isDeceptive(stdout), false, `stdout: ${JSON.stringify(stdout)}`);
      assert.equal(isDeceptive(stderr), false, `stderr: ${JSON.stringify(stderr)}`);
    });
  }
});

test('a problem of the configuration is one line, whatever was given', () => {
  assert.equal(problemsOf({ LOG_SCHEMA: 'a\nb' }).split('\n').length, 1);
});
