import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { counterMeanings } from '../../src/telemetry/counters.ts';

test('every counter is counted somewhere', () => {
  const code = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'telemetry/counters.ts')
    .map((name) => readFileSync(`src/${name}`, 'utf8'))
    .join('\n');
  const templates = [...code.matchAll(/`([a-z0-9_]+_)\$\{[^`]*\}`/g)].map((match) => match[1] ?? '');
  const unused = Object.keys(counterMeanings).filter(
    (name) => !new RegExp(`\\b${name}\\b`).test(code) && !templates.some((prefix) => name.startsWith(prefix)),
  );
  assert.deepEqual(unused, []);
});
