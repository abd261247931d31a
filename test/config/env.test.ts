import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readEnvironment } from '../../src/config/env.ts';
import { choice } from '../../src/config/kind.ts';
import { integer } from '../../src/config/number-kinds.ts';
import { loadSettings } from '../../src/config/settings.ts';
import { optional, variable } from '../../src/config/variable.ts';
import { variables } from '../../src/config/variables.ts';

const serviceLinks = {
  FLUENTD_PORT: 'tcp://10.3.2.1:24224',
  LOGSTASH_PORT: 'udp://10.0.0.1:5000',
  ELASTICSEARCH_PORT: 'tcp://[fd00::12]:9200',
};

/** All that Kubernetes adds for a Service with one port. */
function serviceEnvironment(name: string, port: number): Record<string, string> {
  const link = `tcp://10.3.2.1:${port}`;
  return {
    [`${name}_SERVICE_HOST`]: '10.3.2.1',
    [`${name}_SERVICE_PORT`]: String(port),
    [`${name}_SERVICE_PORT_MAIN`]: String(port),
    [`${name}_PORT`]: link,
    [`${name}_PORT_${port}_TCP`]: link,
    [`${name}_PORT_${port}_TCP_PROTO`]: 'tcp',
    [`${name}_PORT_${port}_TCP_PORT`]: String(port),
    [`${name}_PORT_${port}_TCP_ADDR`]: '10.3.2.1',
  };
}

test('a former name is accepted, with a warning that says the new one', () => {
  const table = {
    COLOUR: variable(choice(['red', 'blue']), { default: 'red', formerly: ['PAINT'], aliases: ['COLOR'], meaning: '' }),
    DEPTH: optional(integer(1, 9), { unset: 'none', formerly: ['LOG_DEEP'], meaning: '' }),
  };
  const reading = readEnvironment(table, { PAINT: 'blue', LOG_DEEP: '3' });
  assert.deepEqual([reading.values, reading.refused.size], [{ COLOUR: 'blue', DEPTH: 3 }, 0]);
  assert.deepEqual(reading.warnings, [
    'PAINT is called COLOUR now; the old name will not be accepted for ever.',
    'LOG_DEEP is called DEPTH now; the old name will not be accepted for ever.',
  ]);
  assert.deepEqual(readEnvironment(table, { COLOR: 'blue' }).warnings, []);
});

test('a service link counts as not set and is pointed out with its cause and both ways out', () => {
  for (const [name, text] of Object.entries(serviceLinks)) {
    const sink = { SEND_LOGS_TO: name.slice(0, -'_PORT'.length).toLowerCase() };
    const loaded = loadSettings({ ...sink, [name]: text });
    assert.deepEqual({ ...loaded, warnings: [] }, loadSettings(sink));
    const [warning, ...others] = loaded.warnings;
    assert.deepEqual(others, []);
    for (const part of [
      `${name}="${text}"`,
      'Kubernetes Service',
      `set ${name}`,
      'enableServiceLinks: false',
      'default',
    ]) {
      assert.ok(warning?.includes(part), warning);
    }
  }
});

/** A namespace with all of these Services. */
const services = {
  ...serviceEnvironment('FLUENTD', 24224),
  ...serviceEnvironment('LOGSTASH', 5000),
  ...serviceEnvironment('ELASTICSEARCH', 9200),
  ...serviceEnvironment('FLUENT', 24224),
  ...serviceEnvironment('LOG', 80),
  ...serviceEnvironment('ELASTICSEARCH_MASTER', 9200),
  ...serviceEnvironment('METRIC', 80),
  ...serviceEnvironment('SEND_LOGS', 80),
  ...serviceEnvironment('IFACE', 80),
};

test('of all that Kubernetes adds for Services named like sinks, only what the chosen sinks would use is said', () => {
  const warned = (env: Readonly<Record<string, string>>) => {
    const loaded = loadSettings({ ...services, ...env });
    assert.equal(loaded.kind, 'ok');
    return loaded.warnings.map((warning) => warning.split('=')[0]);
  };
  assert.deepEqual(warned({}), []);
  assert.deepEqual(warned({ SEND_LOGS_TO: 'stdout,file', FILE_PATH: '/records' }), []);
  assert.deepEqual(warned({ SEND_LOGS_TO: 'logstash' }), ['LOGSTASH_PORT']);
  assert.deepEqual(warned({ FLUENTD_HOST: 'fluentd' }), ['FLUENTD_PORT']);
  assert.deepEqual(warned({ SEND_LOGS_TO: 'elasticsearch,fluentd' }), ['FLUENTD_PORT', 'ELASTICSEARCH_PORT']);
  assert.deepEqual(warned(serviceEnvironment('METRICS', 9100)), ['METRICS_PORT']);
});

test('a port that no host needs is not missed', () => {
  for (const env of [
    { FLUENTD_HOST: 'fluentd-1:24224,fluentd-2:24224' },
    { SEND_LOGS_TO: 'elasticsearch', ELASTICSEARCH_HOST: 'http://search:9200' },
  ]) {
    assert.deepEqual(loadSettings({ ...services, ...env }).warnings, []);
  }
  const [warning] = loadSettings({ ...services, FLUENTD_HOST: 'fluentd-1:24224,fluentd-2' }).warnings;
  assert.match(warning ?? '', /^FLUENTD_PORT=/);
});

test('a service link that is of no use makes no difference to a variable that is wrong', () => {
  const loaded = loadSettings({ ...services, SEND_LOGS_TO: 'kafka' });
  assert.ok(loaded.kind === 'invalid');
  assert.equal(loaded.problems.length, 1);
  assert.deepEqual(loaded.warnings, []);
});

test('a service link does not contradict an alias, which needs no warning', () => {
  const loaded = loadSettings({ ...serviceEnvironment('FLUENTD', 24224), FLUENTHOST: 'fluentd', FLUENTPORT: '24225' });
  assert.ok(loaded.kind === 'ok');
  assert.equal(loaded.settings.sinks.fluentd.servers[0]?.port, 24_225);
  assert.deepEqual(loaded.settings.sinks.sendLogsTo, ['fluentd']);
  assert.deepEqual(loaded.warnings, []);
});

test('what only resembles a service link is a problem', () => {
  for (const text of [
    'tcp://logstash:5000',
    'tcp://10.0.0.1',
    'http://10.0.0.1:5000',
    'tcp://10.0.0.1:5000/x',
    '10.0.0.1:5000',
  ]) {
    assert.equal(loadSettings({ SEND_LOGS_TO: 'logstash', LOGSTASH_PORT: text }).kind, 'invalid', text);
  }
  assert.equal(loadSettings({ SEND_LOGS_TO: 'fluentd', FLUENTPORT: 'tcp://10.0.0.1:5000' }).kind, 'invalid');
});

test('a near miss of a name is pointed out with the nearest name, and changes nothing else', () => {
  for (const [name, meant] of Object.entries({ LOG_HEADER: 'LOG_HEADERS', METRIC_PORT: 'METRICS_PORT' })) {
    const loaded = loadSettings({ [name]: 'x' });
    assert.deepEqual({ ...loaded, warnings: [] }, loadSettings({}));
    assert.deepEqual(loaded.warnings, [`${name} is not a known variable and is ignored; did you mean ${meant}?`]);
  }
  assert.deepEqual(loadSettings({ LOG_HEADER: '' }).warnings, []);
  assert.equal(loadSettings({ LOG_HEADER: 'x', log_headers: 'x', IGNORE_URL: 'x' }).warnings.length, 3);
});

test('long values are clipped and control characters escaped, so that a problem stays one line', () => {
  const loaded = loadSettings({ MODE: `a\nb\u001b[31m${'x'.repeat(10_000)}` });
  assert.ok(loaded.kind === 'invalid');
  const problem = loaded.problems[0] ?? '';
  assert.ok(problem.length < 300);
  assert.ok(problem.startsWith('MODE="a\\nb\\u001b[31m'));
});

test('a reading tells what was given, under which name, and what was refused', () => {
  const table = {
    COLOUR: variable(choice(['red', 'blue']), { default: 'red', aliases: ['COLOR'], meaning: '' }),
    SIZE: variable(integer(1, 9), { default: '3', meaning: '' }),
    SHAPE: optional(choice(['round']), { unset: 'any', meaning: '' }),
  };
  const reading = readEnvironment(table, { COLOR: 'Blue', SIZE: '10' });
  const shape: 'round' | undefined = reading.values.SHAPE;
  assert.equal(shape, undefined);
  assert.deepEqual(reading.values, { COLOUR: 'blue', SIZE: 3, SHAPE: undefined });
  assert.deepEqual(
    [...reading.given],
    [
      ['COLOUR', { name: 'COLOR', text: 'Blue' }],
      ['SIZE', { name: 'SIZE', text: '10' }],
    ],
  );
  const problem = 'SIZE="10" is not allowed: it is out of range; allowed: 1 to 9.';
  assert.deepEqual([...reading.refused], [['SIZE', { text: '10', problem }]]);
});

test('a default that its own kind refuses is a mistake of ours and does not load', () => {
  assert.throws(() => variable(integer(1, 9), { default: '10', meaning: '' }), /default "10"/);
});

test('any environment gives settings or problems, and never throws', () => {
  const names = Object.entries(variables).flatMap(([name, row]) => [name, ...row.aliases]);
  const pieces = [
    'true',
    'any',
    'eth0',
    ',',
    '*',
    '/',
    ':',
    '@',
    '[',
    ']',
    '%',
    '://',
    'http://h',
    '10.0.0.1',
    '::1',
    '64KiB',
    '7.2',
    ' ',
    '0',
    '9',
  ];
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join('')),
    fc.nat().map(String),
  );
  const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string() });
  fc.assert(
    fc.property(fc.dictionary(name, fc.option(text, { nil: undefined }), { maxKeys: 12 }), (env) => {
      const loaded = loadSettings(env);
      if (loaded.kind === 'invalid') assert.ok(loaded.problems.length > 0);
      else assert.ok(loaded.settings.sinks.sendLogsTo.length > 0);
      const sentences = loaded.kind === 'invalid' ? [...loaded.problems, ...loaded.warnings] : loaded.warnings;
      for (const sentence of sentences) assert.doesNotMatch(sentence, /[\n\r]/);
      assert.deepEqual(loadSettings(env), loaded);
    }),
    { numRuns: 2000 },
  );
});
