import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Environment, readEnvironment } from '../../src/config/env.ts';
import { loadSettings } from '../../src/config/settings.ts';
import { secret } from '../../src/config/variable.ts';

const table = { LOG_PASSWORD: secret('password') };
const directory = mkdtempSync(join(tmpdir(), 'secret-'));
after(() => rmSync(directory, { recursive: true }));

function file(content: string): string {
  const path = join(directory, 'password');
  writeFileSync(path, content);
  return path;
}

test('a secret comes from its variable', () => {
  const { values, refused, warnings } = readEnvironment(table, { LOG_PASSWORD: ' hunter2 ' });
  assert.deepEqual([values, refused.size, warnings], [{ LOG_PASSWORD: 'hunter2' }, 0, []]);
  assert.equal(readEnvironment(table, { LOG_PASSWORD_FILE: '' }).values.LOG_PASSWORD, undefined);
});

test('a secret comes from a file without its last line end, and with everything else', () => {
  for (const [content, value] of [
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2', 'hunter2'],
    [' hunt er2 \n\n', ' hunt er2 \n'],
    ['päss\n', 'päss'],
  ] as const) {
    const reading = readEnvironment(table, { LOG_PASSWORD_FILE: ` ${file(content)} ` });
    assert.deepEqual([reading.values.LOG_PASSWORD, reading.refused.size, reading.warnings], [value, 0, []]);
  }
});

test('variable and file at once, and a file that gives nothing, are problems that do not show the secret', () => {
  const path = file('hunter2');
  const problemOf = (env: Environment) => readEnvironment(table, env).refused.get('LOG_PASSWORD')?.problem;
  const both = problemOf({ LOG_PASSWORD: 'hunter2', LOG_PASSWORD_FILE: path });
  assert.equal(both, `LOG_PASSWORD and LOG_PASSWORD_FILE="${path}" are both set: only one may be.`);
  const problemWith = (name: string) => problemOf({ LOG_PASSWORD_FILE: name }) ?? '';
  assert.equal(problemWith('/nowhere'), 'LOG_PASSWORD_FILE="/nowhere" cannot be read: there is no such file.');
  assert.equal(problemWith(directory), `LOG_PASSWORD_FILE="${directory}" cannot be read: it is a directory.`);
  assert.equal(problemWith(file('\n')), `LOG_PASSWORD_FILE="${path}" is an empty file.`);
  assert.match(problemWith('a\0b'), /^LOG_PASSWORD_FILE="a\\u0000b" cannot be read: /);
});

test('what was given never shows the secret', () => {
  for (const env of [{ LOG_PASSWORD: 'hunter2' }, { LOG_PASSWORD_FILE: file('hunter2') }]) {
    const { given } = readEnvironment(table, env);
    assert.deepEqual(given.get('LOG_PASSWORD'), { name: Object.keys(env)[0], text: '[redacted]' });
  }
});

test('a near miss of the name of the file is pointed out', () => {
  const { warnings } = readEnvironment(table, { LOG_PASSWORD_FIEL: 'x' });
  assert.match(warnings.join(), /did you mean LOG_PASSWORD_FILE\?/);
});

test('a secret that was given but cannot be had is one problem, not also one of what needs it', () => {
  const everySink = { SEND_LOGS_TO: 'fluentd,logstash,elasticsearch' };
  const needing = [
    ['LOGSTASH_PASSWORD', { LOGSTASH_TYPE: 'http', LOGSTASH_USER: 'u' }],
    ['ELASTICSEARCH_PASSWORD', { ELASTICSEARCH_USER: 'u' }],
    ['ELASTICSEARCH_API_KEY', {}],
    ['FLUENTD_PASSWORD', { FLUENTD_USER: 'u', FLUENTD_SHARED_KEY: 'k' }],
    ['FLUENTD_SHARED_KEY', { FLUENTD_USER: 'u', FLUENTD_PASSWORD: 'p' }],
  ] as const;
  for (const [name, others] of needing) {
    const missing = loadSettings({ ...everySink, ...others, [`${name}_FILE`]: '/nonexist' });
    assert.ok(missing.kind === 'invalid');
    assert.deepEqual(missing.problems, [`${name}_FILE="/nonexist" cannot be read: there is no such file.`]);
    const twice = loadSettings({ ...everySink, ...others, [name]: 'x', [`${name}_FILE`]: '/nonexist' });
    assert.ok(twice.kind === 'invalid');
    assert.deepEqual(twice.problems, [`${name} and ${name}_FILE="/nonexist" are both set: only one may be.`]);
  }
});
