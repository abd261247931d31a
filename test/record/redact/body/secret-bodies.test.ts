import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContentType } from '../../../../src/record/content-type.ts';
import { createBodyRedactor } from '../../../../src/record/redact/body/redact-body.ts';
import { createSecretNameTest } from '../../../../src/record/redact/secret-names.ts';
import { secretBodies } from '../../../support/record/secret-bodies.ts';

const redactor = createBodyRedactor(createSecretNameTest([]));
const redact = (type: string, text: string, cut = false) => redactor(text, parseContentType(type), cut);
/** No other text has its first two letters next to each other. */
const secret = 'Zq7Kp2Xw9';
const beginning = 'Zq';

for (const { type, text, kept } of secretBodies) {
  const body = text.replaceAll('¤', secret);
  test(`${type}: ${JSON.stringify(text)} has no secret, whole and wherever it is cut`, () => {
    const redacted = redact(type, body);
    assert.ok(!redacted.includes(beginning), redacted);
    for (const each of kept) assert.ok(redacted.includes(each), `${each} is lost: ${redacted}`);
    if (isJson(body)) assert.ok(isJson(redacted), redacted);
    assert.equal(redact(type, redacted), redacted, 'nothing is left to redact');
    for (let length = 0; length < body.length; length++) {
      const shown = redact(type, body.slice(0, length), true);
      assert.ok(!shown.includes(beginning), `cut at ${length}: ${shown}`);
    }
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
