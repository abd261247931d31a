import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LoadedSettings, loadSettings, type Settings } from '../../src/config/settings.ts';
import { variables } from '../../src/config/variables.ts';
import { sinkOf } from '../../src/sinks.ts';
import { captureExpectations } from '../support/config/capture-expectations.ts';
import { deliveryExpectations } from '../support/config/delivery-expectations.ts';
import { elasticsearchExpectations } from '../support/config/elasticsearch-expectations.ts';
import { exchangeExpectations } from '../support/config/exchange-expectations.ts';
import type { Expectations } from '../support/config/expectation.ts';
import { fileExpectations } from '../support/config/file-expectations.ts';
import { fluentdExpectations } from '../support/config/fluentd-expectations.ts';
import { generalExpectations } from '../support/config/general-expectations.ts';
import { logstashExpectations } from '../support/config/logstash-expectations.ts';
import { metricsExpectations } from '../support/config/metrics-expectations.ts';
import { recordExpectations } from '../support/config/record-expectations.ts';
import { sinkExpectations } from '../support/config/sink-expectations.ts';

/** Keyed by the table itself: a variable without a row does not compile. */
const expectations: Expectations<typeof variables> = {
  ...generalExpectations,
  ...captureExpectations,
  ...exchangeExpectations,
  ...recordExpectations,
  ...sinkExpectations,
  ...fluentdExpectations,
  ...logstashExpectations,
  ...elasticsearchExpectations,
  ...fileExpectations,
  ...deliveryExpectations,
  ...metricsExpectations,
};

function settingsOf(loaded: LoadedSettings): Settings {
  assert.equal(loaded.kind, 'ok', loaded.kind === 'invalid' ? loaded.problems.join('\n') : '');
  return (loaded as Extract<LoadedSettings, { kind: 'ok' }>).settings;
}

function problemsOf(loaded: LoadedSettings): readonly string[] {
  assert.equal(loaded.kind, 'invalid');
  return (loaded as Extract<LoadedSettings, { kind: 'invalid' }>).problems;
}

/** Problems of a sink that gets no records are warnings. */
const everySink = { SEND_LOGS_TO: 'fluentd,logstash,elasticsearch' };

for (const [name, expectation] of Object.entries(expectations)) {
  const variable = Object.entries(variables).find(([candidate]) => candidate === name)?.[1];
  assert.ok(variable);
  const names = [name, ...variable.aliases];
  const sink = sinkOf(name);
  const chosen = sink === undefined ? {} : { SEND_LOGS_TO: sink };
  describe(name, () => {
    test('has its default when it is not set, empty or blank', () => {
      for (const env of [{}, { [name]: undefined }, { [name]: '' }, { [name]: ' \t\n' }]) {
        assert.deepEqual(expectation.read(settingsOf(loadSettings(env))), expectation.unset);
      }
    });
    test('accepts each of its forms under each of its names', () => {
      for (const [text, value] of expectation.accepted) {
        for (const form of names) {
          for (const padded of [text, `  ${text}\n`]) {
            assert.deepEqual(
              expectation.read(settingsOf(loadSettings({ ...expectation.with, [form]: padded }))),
              value,
              text,
            );
          }
        }
      }
    });
    if (expectation.wrong.length === 0) return;
    test('answers each wrong value with one sentence: the name as written, the value and what is allowed', () => {
      for (const text of expectation.wrong) {
        for (const form of names) {
          const [problem = '', ...others] = problemsOf(loadSettings({ ...chosen, ...expectation.with, [form]: text }));
          assert.deepEqual(others, []);
          const shown = text.length > 100 ? text.slice(0, 100) : text;
          assert.ok(problem.startsWith(`${form}=${JSON.stringify(shown).slice(0, -1)}`), problem);
          assert.ok(problem.endsWith(`allowed: ${variable.kind.allowed.replaceAll('`', '')}.`), problem);
          assert.ok(!problem.includes('\n'));
        }
      }
    });
  });
}

test('the sections have the shapes that the stages take', () => {
  const settings = settingsOf(loadSettings({}));
  const stages: {
    readonly mode: 'prod' | 'debug' | 'development';
    readonly capture: { readonly interfaces: 'default-route' | 'any' | readonly string[]; readonly ringBytes: number };
    readonly record: {
      readonly headers:
        | { readonly kind: 'all' | 'none' }
        | { readonly kind: 'only'; readonly names: readonly string[] };
      readonly bodies:
        | { readonly kind: 'text' | 'none' }
        | { readonly kind: 'only'; readonly types: readonly string[] };
      readonly identity: { readonly pod: string | undefined };
    };
    readonly sinks: { readonly sendLogsTo: readonly ('stdout' | 'fluentd' | 'logstash' | 'elasticsearch' | 'file')[] };
  } = settings;
  assert.ok(stages);
  // @ts-expect-error: nothing in the settings is `any`.
  const wrong: number = settings.record.headers;
  assert.ok(wrong);
});

test('all problems are reported at once, in the order of the table, whichever other variables are fine', () => {
  const problems = problemsOf(
    loadSettings({ MODE: 'x', LOG_HEADERS: 'true', LOGHEADERS: 'false', SEND_LOGS_TO: 'y', IFACE: ',' }),
  );
  assert.deepEqual(
    problems.map((problem) => problem.split('=')[0]),
    ['MODE', 'IFACE', 'LOG_HEADERS', 'SEND_LOGS_TO'],
  );
});

test('all that is wrong with a value is in its one sentence', () => {
  assert.deepEqual(
    problemsOf(
      loadSettings({
        IGNORE_URLS: 'health,/x,,y',
        IFACE: 'a/b,ANY,b/c',
        SEND_LOGS_TO: 'fluentd',
        FLUENTD_TAG: 'a b..c',
      }),
    ),
    [
      'IFACE="a/b,ANY,b/c" is not allowed: "a/b", "b/c": an interface name has 1 to 15 characters, none of them ' +
        'a slash, colon or space; "ANY": it stands alone, not in a list; allowed: interface names, ' +
        'comma-separated; or any.',
      'IGNORE_URLS="health,/x,,y" is not allowed: "health", "y": a path begins with / or * and has no query, ' +
        'fragment or space; an item of the list is empty; allowed: paths that begin with / or *, comma-separated; ' +
        '* matches any text.',
      'FLUENTD_TAG="a b..c" is not allowed: a tag must not have any of " "; a tag is matched part by part, so no ' +
        'part may be empty; allowed: letters, digits, _ and - in parts separated by dots; %{direction}, ' +
        '%{namespace} and %{pod} stand for those of the record.',
    ],
  );
});

test('a name and its alias with the same value are one setting, with different values one problem', () => {
  const same = settingsOf(loadSettings({ FLUENTD_HOST: 'a', FLUENTHOST: ' a ' }));
  assert.equal(same.sinks.fluentd.servers[0]?.host, 'a');
  assert.deepEqual(problemsOf(loadSettings({ ...everySink, FLUENTD_PORT: '1', FLUENTPORT: '2' })), [
    'FLUENTD_PORT="1" and FLUENTPORT="2" are two names of one variable and must not differ; allowed: 1 to 65535.',
  ]);
});

test("the predecessor's ConfigMap with nothing but FLUENTHOST and FLUENTPORT sends to Fluentd", () => {
  const loaded = loadSettings({ FLUENTHOST: 'fluentd.logging', FLUENTPORT: '24225' });
  const { sinks } = settingsOf(loaded);
  assert.deepEqual(sinks.sendLogsTo, ['fluentd']);
  assert.deepEqual(sinks.fluentd.servers, [{ host: 'fluentd.logging', port: 24_225 }]);
  assert.deepEqual(
    [sinks.fluentd.tag, sinks.fluentd.acks, sinks.fluentd.tls, sinks.fluentd.credentials],
    ['k8s-internal-networking', true, undefined, undefined],
  );
  assert.deepEqual(loaded.warnings, []);
});

test('LOGHEADERS=false logs no headers', () => {
  assert.deepEqual(settingsOf(loadSettings({ LOGHEADERS: 'false' })).record.headers, { kind: 'none' });
});

test('without SEND_LOGS_TO, any but a lone Fluentd host, or a file, leaves records on stdout, with a warning', () => {
  for (const env of [
    { LOGSTASH_HOST: 'l' },
    { ELASTICSEARCH_HOST: 'e' },
    { FLUENTD_HOST: 'f', LOGSTASH_HOST: 'l' },
    { FLUENTHOST: 'f', ELASTICSEARCH_HOST: 'e' },
    { FILE_PATH: '/records.log' },
    { FLUENTHOST: 'f', FILE_PATH: '/records.log' },
  ]) {
    const loaded = loadSettings(env);
    assert.deepEqual(settingsOf(loaded).sinks.sendLogsTo, ['stdout']);
    assert.equal(loaded.warnings.length, 1);
    for (const [name, value] of Object.entries(env)) assert.ok(loaded.warnings[0]?.includes(`${name}="${value}"`));
  }
  assert.deepEqual(loadSettings({ LOGSTASH_HOST: 'l', SEND_LOGS_TO: 'stdout' }).warnings, []);
  assert.deepEqual(loadSettings({ FLUENTD_PORT: '1' }).warnings, []);
});

test('what concerns only a sink that gets no records is a warning, not a problem', () => {
  const changesNothing = (sink: string) => `; no records go to ${sink}, so this changes nothing.`;
  const cases: readonly (readonly [{ readonly [name: string]: string }, warning: RegExp, sink: string])[] = [
    [{ ELASTICSEARCH_PASSWORD: 'p' }, /^ELASTICSEARCH_PASSWORD has no effect without/, 'elasticsearch'],
    [{ ELASTICSEARCH_PASSWORD_FILE: '/nowhere' }, /^ELASTICSEARCH_PASSWORD_FILE/, 'elasticsearch'],
    [{ ELASTICSEARCH_HOST: 'http://e:1', ELASTICSEARCH_PORT: '2' }, /does not go together with/, 'elasticsearch'],
    [{ LOGSTASH_PORT: 'x' }, /^LOGSTASH_PORT="x" is not allowed: .*; allowed: 1 to 65535;/, 'logstash'],
    [{ FLUENTD_USER: 'u' }, /^FLUENTD_USER has no effect without/, 'fluentd'],
    [{ FILE_KEEP: 'x', FILE_PATH: '/a' }, /^FILE_KEEP="x" is not allowed/, 'file'],
  ];
  for (const [env, expected, sink] of cases) {
    const loaded = loadSettings({ ...env, SEND_LOGS_TO: 'stdout' });
    assert.deepEqual(settingsOf(loaded).sinks.sendLogsTo, ['stdout']);
    const warning = loaded.warnings.find((text) => expected.test(text)) ?? assert.fail(loaded.warnings.join('\n'));
    assert.ok(warning.endsWith(changesNothing(sink)), warning);
    const used = problemsOf(loadSettings({ ...env, SEND_LOGS_TO: `stdout,${sink}` }));
    assert.ok(used.includes(warning.replace(changesNothing(sink), '.')), used.join('\n'));
  }
});

test('where SEND_LOGS_TO cannot be understood, problems of every sink are told', () => {
  const problems = problemsOf(loadSettings({ SEND_LOGS_TO: 'elastic', LOGSTASH_PORT: 'x' }));
  assert.deepEqual(
    problems.map((problem) => problem.split('=')[0]),
    ['SEND_LOGS_TO', 'LOGSTASH_PORT'],
  );
});

test('SEND_LOGS_TO wins over the rule for a lone Fluentd host', () => {
  assert.deepEqual(settingsOf(loadSettings({ FLUENTD_HOST: 'f', SEND_LOGS_TO: 'stdout' })).sinks.sendLogsTo, [
    'stdout',
  ]);
});

test('MODE=development listens on loopback unless IFACE says otherwise', () => {
  assert.deepEqual(settingsOf(loadSettings({ MODE: 'development' })).capture.interfaces, ['lo']);
  assert.deepEqual(settingsOf(loadSettings({ MODE: 'development', IFACE: 'eth0' })).capture.interfaces, ['eth0']);
});

test('values that are fine alone but not together are one problem that names both', () => {
  const pairs = [
    [
      { MAX_BUFFERED: '1MiB', MAX_BUFFERED_PER_CONNECTION: '2MiB' },
      ['MAX_BUFFERED="1MiB"', 'MAX_BUFFERED_PER_CONNECTION="2MiB"'],
    ],
    [{ MAX_BUFFERED_PER_CONNECTION: '32KiB' }, ['MAX_BUFFERED_PER_CONNECTION="32KiB"', 'MAX_HEAD (default 64KiB)']],
    [{ TIMEOUT_AFTER_MS: '600000' }, ['TIMEOUT_AFTER_MS="600000"', 'CONNECTION_IDLE_S (default 600)']],
    [
      { REDACT_EXCEPT: 'a,X-Pin', REDACT_HEADERS: 'x-pin' },
      ['REDACT_EXCEPT="a,X-Pin"', '"x-pin" cannot be redacted and not'],
    ],
    [{ REDACT_EXCEPT: 'a', REDACT_PARAMS: 'b,a' }, ['REDACT_EXCEPT="a"', 'REDACT_PARAMS="b,a"']],
    [{ RETRY_MIN_MS: '200', RETRY_MAX_MS: '100' }, ['RETRY_MIN_MS="200"', 'RETRY_MAX_MS="100"']],
    [{ BATCH_BYTES: '9MiB' }, ['BATCH_BYTES="9MiB"', 'QUEUE_LIMIT (default 16MiB)']],
    [{ SPOOL_DIR: '/x', SPOOL_LIMIT: '3MiB' }, ['SPOOL_LIMIT="3MiB"', 'BATCH_BYTES (default 1MiB)']],
    [
      { ELASTICSEARCH_HOST: 'http://e:80', ELASTICSEARCH_PORT: '81' },
      ['ELASTICSEARCH_HOST="http://e:80"', 'ELASTICSEARCH_PORT="81"'],
    ],
  ] as const;
  for (const [env, parts] of pairs) {
    const [problem, ...others] = problemsOf(loadSettings({ ...everySink, ...env }));
    assert.deepEqual(others, []);
    for (const part of parts) assert.ok(problem?.includes(part), problem);
  }
});

test('the edges of these rules are allowed', () => {
  for (const env of [
    { MAX_BUFFERED: '1MiB', MAX_BUFFERED_PER_CONNECTION: '1MiB', MAX_HEAD: '1MiB' },
    { TIMEOUT_AFTER_MS: '3600000', CONNECTION_IDLE_S: '3601' },
    { ELASTICSEARCH_HOST: 'https://e:443', ELASTICSEARCH_PORT: '443' },
    { BATCH_BYTES: '8MiB' },
    { RETRY_MIN_MS: '100', RETRY_MAX_MS: '100' },
    { RETRY_MIN_MS: '60000' },
    { SPOOL_DIR: '/x', SPOOL_LIMIT: '4MiB' },
  ]) {
    settingsOf(loadSettings(env));
  }
});

test('a refused value causes no second problem through such a rule', () => {
  assert.equal(problemsOf(loadSettings({ MAX_BUFFERED: 'much', MAX_BUFFERED_PER_CONNECTION: '100MiB' })).length, 1);
  const env = { ...everySink, ELASTICSEARCH_HOST: 'http://e:80', ELASTICSEARCH_PORT: 'x' };
  assert.equal(problemsOf(loadSettings(env)).length, 1);
});

test('what a query of a URL holds is not repeated', () => {
  for (const text of [
    'http://es?token=hunter2#a',
    'es:9200/a?token=hunter2',
    'http://a,http://es/?token=hunt er2',
    'http://es?=hunt',
    'http://es?a="hunt',
  ]) {
    const [problem] = problemsOf(loadSettings({ ...everySink, ELASTICSEARCH_HOST: text }));
    assert.match(problem ?? '', /\?\[redacted\]/);
    assert.doesNotMatch(problem ?? '', /hunt/);
    assert.doesNotMatch(loadSettings({ ELASTICSEARCH_HOST: text }).warnings.join(), /hunt/);
  }
  const contradiction = { ...everySink, ELASTICSEARCH_HOST: 'http://es:1/?token=hunter2', ELASTICSEARCH_PORT: '2' };
  assert.doesNotMatch(problemsOf(loadSettings(contradiction)).join(), /hunter/);
});

test('a user name or password in a URL or host is refused and not repeated', () => {
  for (const name of ['ELASTICSEARCH_HOST', 'FLUENTD_HOST', 'LOGSTASH_HOST']) {
    for (const text of [
      'https://me:hunter2@es:9200',
      'https://me:hunt/er2@es',
      'http://hunter2@es',
      'me:hunter2@es',
      'http://me:1/hunt@es',
    ]) {
      const [problem, ...others] = problemsOf(loadSettings({ ...everySink, [name]: text }));
      assert.deepEqual(others, []);
      assert.match(problem ?? '', /\[redacted\]@es/);
      assert.doesNotMatch(problem ?? '', /hunt/);
      assert.doesNotMatch(loadSettings({ SEND_LOGS_TO: 'stdout', [name]: text }).warnings.join(), /hunt/);
    }
  }
});
