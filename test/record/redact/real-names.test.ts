import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordBuilder } from '../../../src/record/build.ts';
import { createRedactor } from '../../../src/record/redact/redact.ts';
import { exchangeOf, fullOptions, requestMessage, responseMessage } from '../../support/record/exchanges.ts';
import { cookiePlaces, placeAsHeader, placesInHeaders, placesInUrls } from '../../support/record/name-places.ts';
import { realNames } from '../../support/record/real-names.ts';
import { toSchema } from '../../support/record/to-schema.ts';

const redactor = createRedactor({ enabled: true, headers: [], params: [] });
const value = 'Zq7Kp2Xw9v';
const everyPlace = { header: placeAsHeader, ...placesInUrls, ...placesInHeaders };

const namesOf = (names: string) => names.split(/\s+/);
const allOf = (kind: 'secret' | 'ordinary') => Object.values(realNames).flatMap((names) => namesOf(names[kind]));

test('there are at least 300 names of each kind, and none is of both', () => {
  const [secret, ordinary] = [new Set(allOf('secret')), new Set(allOf('ordinary'))];
  assert.ok(secret.size >= 300 && ordinary.size >= 300, `${secret.size} and ${ordinary.size}`);
  assert.deepEqual(
    [...secret].filter((name) => ordinary.has(name)),
    [],
  );
});

for (const [system, { secret, ordinary }] of Object.entries(realNames)) {
  test(`${system}: no secret is in clear, in any place`, () => {
    const shown = namesOf(secret).flatMap((name) =>
      Object.entries({ ...everyPlace, ...cookiePlaces })
        .map(([place, show]) => ({ place, text: show(redactor, name, value) }))
        .filter(({ text }) => text.includes(value))
        .map(({ place, text }) => `${name}, ${place}: ${text}`),
    );
    assert.deepEqual(shown, []);
  });

  test(`${system}: nothing ordinary is lost, in any place`, () => {
    const lost = namesOf(ordinary).flatMap((name) =>
      Object.entries(everyPlace)
        .map(([place, show]) => ({ place, text: show(redactor, name, value) }))
        .filter(({ text }) => !text.includes(value))
        .map(({ place, text }) => `${name}, ${place}: ${text}`),
    );
    assert.deepEqual(lost, []);
  });
}

test('what stands beside a secret stays readable', () => {
  const target = '/a?x=1&filter={"page":2,"password":"Zq7","size":"m","pin":1234}&y=2;z=3#w=4';
  const redacted = '/a?x=1&filter={"page":2,"password":"[redacted]","size":"m","pin":"[redacted]"}&y=2;z=3#w=4';
  assert.equal(redactor.target(target), redacted);
});

test('records of all schemas have none of the secret values', () => {
  const build = createRecordBuilder(fullOptions);
  for (const name of allOf('secret')) {
    const target = `/a?${name}=${value}`;
    const headers = [
      ...(/^[\w.-]+$/.test(name) ? [[name, value] as const] : []),
      ['Cookie', `${name}=${value}`] as const,
      ['Referer', `http://h${target}`] as const,
      ['Location', `${target}#${name}=${value}`] as const,
    ];
    const message = { target: `http://u:${value}@h${target}`, headers };
    const record = build(exchangeOf({ request: requestMessage(message), response: responseMessage({ headers }) }));
    for (const [schema, encode] of Object.entries(toSchema)) {
      const json = JSON.stringify(encode(record));
      assert.ok(!json.includes(value), `${name} in ${schema}: ${json}`);
    }
  }
});
