import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRedaction } from '../../src/app/redaction-plan.ts';
import { loadSettings } from '../../src/config/settings.ts';

function planOf(env: { readonly [name: string]: string }): readonly string[] {
  const loaded = loadSettings(env);
  assert.equal(loaded.kind, 'ok');
  return loaded.kind === 'ok' ? describeRedaction(loaded.settings) : [];
}

test('--check says what is redacted by default, with bodies only where they are logged', () => {
  const [line = '', ...others] = planOf({});
  assert.deepEqual(others, []);
  assert.match(line, /^redacted: +what is named like a secret .* in headers, cookies, query parameters; user-info/);
  assert.match(planOf({ LOG_BODIES: 'true' })[0] ?? '', / in headers, cookies, query parameters, bodies; user-info/);
});

test('--check names what was added and exempted', () => {
  const env = { REDACT_HEADERS: 'X-Tenant', REDACT_PARAMS: 'shoe_size,b', REDACT_EXCEPT: 'map_pin,X-Page-Token' };
  assert.deepEqual(planOf(env).slice(1), [
    'also redacted: headers x-tenant; parameters and body fields shoe_size, b',
    'not redacted:  map_pin, x-page-token',
  ]);
  assert.deepEqual(planOf({ REDACT_PARAMS: 'b' }).slice(1), ['also redacted: parameters and body fields b']);
});

test('--check warns where nothing is redacted, whatever else is set', () => {
  const lines = planOf({ REDACT: 'false', REDACT_PARAMS: 'b', REDACT_EXCEPT: 'c' });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^warning: +REDACT=false: .* are logged as they were sent$/);
});
