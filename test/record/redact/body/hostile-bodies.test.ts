import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContentType } from '../../../../src/record/content-type.ts';
import { createBodyRedactor } from '../../../../src/record/redact/body/redact-body.ts';
import { createSecretNameTest } from '../../../../src/record/redact/secret-names.ts';
import { assertLinear } from '../../../support/program/cpu-cost.ts';
import { mutated } from '../../../support/program/mutate.ts';
import { createRandom, randomInteger } from '../../../support/program/random.ts';
import { secretBodies } from '../../../support/record/secret-bodies.ts';

const redactor = createBodyRedactor(createSecretNameTest([]));
const redact = (type: string, text: string, cut = false) => redactor(text, parseContentType(type), cut);
const types: readonly string[] = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary="x y"',
  'text/xml',
  'text/html',
  'application/yaml',
  'application/graphql',
  'application/javascript',
  'text/event-stream',
  'text/csv',
  'text/plain',
];

/** What is repeated: what begins something and never ends it, what is between things, what begins a secret. */
const units: readonly string[] = [
  ...['"', "'", '\\', '{', '[', '(', ')', '}', ']', '<', '&', '%', '=', ';', ',', ':', '#', '|', '?', '@', '/', '-'],
  ...[' ', '\n', '\r\n', '\t', '\r', '"""', '""', '{}', '[[{', '{"a":', '{"a":{"a":', '[{"a":[', '{"value":', '"a":"'],
  ...['"token":', '{"key":"', '"{\\"', '\\"', '\\u0022', '{"a":"\\u005c', "{'a':'", 'a:b(', '$a:', '$a:b=', 'query('],
  ...['<a ', '<a>', '</a>', '<a b="c" ', '<a b=c', '<token>', '<value>', '<name>', '<!--', '<![CDATA[', '<!ENTITY a "'],
  ...['&#x41;', '&amp;', '<?', '--x y\r\n', '--x y\r\n\r\n', ';name="', 'a: ', '- ', '? ', 'token: |\n ', 'token:\n '],
  ...['token: ', 'token=', 'token= ', 'token: {', 'token: "', "token '", '--token ', ' -u a:', 'a=', '&a=', 'a=%7B'],
  ...['data:', 'data: a\n', 'data: {\n', 'password,', '%25', '?token=', '://', '://a:', 'http://a@', '1 ', '4', '4-'],
  ...['4111 ', '4111 1111 1111 1112 ', 'eyJ', 'eyJ.', 'eyJaaaaaaaa.', 'eyJaaaaaaaa-', 'ZXlK', 'AKIA', 'sk-', 'SG.'],
  ...['xoxb-', '1//0', 'aaa1Q~', '123456:AA', '-----BEGIN PRIVATE KEY-----', 'Bearer ', 'Bearer a=', 'Digest a='],
  ...['[redacted]', '\u00e4', '\ud800'],
];
const starts = ['', '{"a":"', 'token: ', '<a b="', 'password,a\n'] as const;

for (const [index, type] of types.entries()) {
  test(`hostile bodies of the type ${type} cost no more than they are long`, async () => {
    const start = starts[index % starts.length] ?? '';
    const bodies = (length: number) => units.map((unit) => start + unit.repeat(length / unit.length));
    const run = (texts: readonly string[]) => {
      for (const text of texts) assert.equal(typeof redact(type, text, true), 'string');
    };
    await assertLinear({ run, less: () => bodies(5000), more: () => bodies(20_000) });
  });
}

test('no changed body makes it throw, whatever its type', () => {
  const random = createRandom(20261130);
  for (const { type, text } of secretBodies) {
    for (let round = 0; round < 20; round++) {
      const changed = mutated(Buffer.from(text), random).toString(round % 2 === 0 ? 'utf8' : 'latin1');
      const other = types[randomInteger(random, 0, types.length)] ?? type;
      assert.equal(typeof redact(round % 3 === 0 ? other : type, changed, round % 4 === 0), 'string');
    }
  }
});

test('a body of any kind as a value of JSON shows no secret', () => {
  const secret = 'Zq7Kp2Xw9';
  // A table is known by its type only.
  for (const { text } of secretBodies.filter(({ type }) => type !== 'text/csv')) {
    const nested = JSON.stringify({ a: text.replaceAll('¤', secret), n: 1 });
    const redacted = redact('application/json', nested);
    assert.ok(!redacted.includes('Zq'), `${nested} becomes ${redacted}`);
    assert.equal(JSON.parse(redacted).n, 1);
  }
});

test('a body that is not what its type says shows no value behind a secret name', () => {
  const secret = 'Zq7Kp2Xw9';
  const fields = [
    `password=${secret}`,
    `password: ${secret}`,
    `"password":"${secret}"`,
    `"password" : "${secret}"`,
    `password = '${secret}'`,
    `password => ${secret}`,
    `user=bob password=${secret}`,
    `{"password":"${secret}"}`,
    `'password': '${secret}'`,
    `\\"password\\":\\"${secret}\\"`,
  ];
  const before = [
    '',
    '%%% ',
    '}{ ',
    '<<< ',
    '"',
    "'",
    '{',
    '[',
    '---\n',
    '<a>',
    'x, ',
    'a\n\n',
    '{"a":1} ',
    '\\',
    '--x\n',
  ];
  const shown = new Set<string>();
  for (const type of types) {
    for (const start of before) {
      for (const field of fields) {
        const redacted = redact(type, `${start}${field}`);
        if (redacted.includes('Zq')) shown.add(`${type}: ${start}${field} becomes ${redacted}`);
      }
    }
  }
  assert.deepEqual([...shown], []);
});
