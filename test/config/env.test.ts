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
  assert.deepEqual([reading.values, reading.problems], [{ COLOUR: 'blue', DEPTH: 3 }, []]);
  assert.deepEqual(reading.warnings, [
    'PAINT is called COLOUR now; the old name will not be accepted for ever.',
    'LOG_DEEP is called DEPTH now; the old name will not be accepted for ever.',
  ]);
  assert.deepEqual(readEnvironment(table, { COLOR: 'blue' }).warnings, []);
});

test('a service link counts as not set and is pointed out with its cause and both ways out', () => {
  for (const [name, text] of Object.entries(serviceLinks)) {
    const loaded = loadSettings({ [name]: text });
    assert.deepEqual({ ...loaded, warnings: [] }, loadSettings({}));
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

test('everything that Kubernetes adds for Services named like sinks gives one warning each and no problem', () => {
  const loaded = loadSettings({
    ...serviceEnvironment('FLUENTD', 24224),
    ...serviceEnvironment('LOGSTASH', 5000),
    ...serviceEnvironment('ELASTICSEARCH', 9200),
    ...serviceEnvironment('FLUENT', 24224),
    ...serviceEnvironment('LOG', 80),
    ...serviceEnvironment('METRICS', 9100),
    ...serviceEnvironment('ELASTICSEARCH_MASTER', 9200),
  });
  assert.equal(loaded.kind, 'ok');
  assert.deepEqual(
    loaded.warnings.map((warning) => warning.split('=')[0]),
    ['FLUENTD_PORT', 'LOGSTASH_PORT', 'ELASTICSEARCH_PORT', 'METRICS_PORT'],
  );
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
    assert.equal(loadSettings({ LOGSTASH_PORT: text }).kind, 'invalid', text);
  }
  assert.equal(loadSettings({ FLUENTPORT: 'tcp://10.0.0.1:5000' }).kind, 'invalid');
});

test('a near miss of a name is pointed out with the nearest name, and changes nothing else', () => {
  const misses = {
    LOG_HEADER: 'LOG_HEADERS',
    log_headers: 'LOG_HEADERS',
    LOGHEADER: 'LOGHEADERS',
    FLUENT_HOST: 'FLUENTD_HOST',
    ELASTICSEARCH_HOSTS: 'ELASTICSEARCH_HOST',
    TIMEOUT_AFTER_SM: 'TIMEOUT_AFTER_MS',
    IGNORE_URL: 'IGNORE_URLS',
    IFACES: 'IFACE',
    OTHER_HOST: 'OTHER_HOSTS',
    DRAINS: 'DRAIN',
    MAX_CONECTIONS: 'MAX_CONNECTIONS',
    SEND_LOG_TO: 'SEND_LOGS_TO',
    REDACT_HEADER: 'REDACT_HEADERS',
    REDACT_PATH: 'REDACT_PATHS',
    CLIENT_IPS: 'CLIENT_IP',
    CLIENTIP: 'CLIENT_IP',
    FILE_PATHS: 'FILE_PATH',
    FILE_ROTATE_AGE: 'FILE_ROTATE_AGE_S',
    file_gzip: 'FILE_GZIP',
  };
  for (const [name, meant] of Object.entries(misses)) {
    const loaded = loadSettings({ [name]: 'x' });
    assert.deepEqual({ ...loaded, warnings: [] }, loadSettings({}));
    assert.deepEqual(loaded.warnings, [`${name} is not a known variable and is ignored; did you mean ${meant}?`]);
  }
  assert.deepEqual(loadSettings({ LOG_HEADER: '' }).warnings, []);
});

test('foreign variables are none of our business', () => {
  const foreign = {
    HOME: '/root',
    PATH: '/bin',
    LOGNAME: 'root',
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
    LOCAL_IP: '10.0.0.1',
    POD_IP: '10.0.0.1',
    HOSTNAME: 'x',
    NODE_ENV: 'production',
    NODE_NAMES: 'x',
    NODE: 'x',
    MODES: 'x',
    MAX_MEMORY: '1',
    FLUENTD_CONF: 'x',
    CAPS: 'x',
    FILE_HASH: 'x',
    FILE_DATA: 'x',
    FILE_ZIP: 'x',
    FILES: 'x',
    TIMEOUT: '5',
    KUBERNETES_PORT: 'tcp://10.0.0.1:443',
    KUBERNETES_SERVICE_HOST: '10.0.0.1',
    constructor: 'x',
    toString: 'x',
  };
  const loaded = loadSettings(foreign);
  assert.deepEqual(loaded, loadSettings({}));
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
  assert.deepEqual([...reading.refused], ['SIZE']);
  assert.deepEqual(reading.problems, ['SIZE="10" is not allowed: it is out of range; allowed: 1 to 9.']);
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
