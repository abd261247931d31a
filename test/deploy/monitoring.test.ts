// Alerts and dashboard: they use metrics that exist, their expressions are valid, and alerts come when they should.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const rules = 'deploy/prometheus-rules.yaml';
const skip = spawnSync('promtool', ['--version']).error === undefined ? false : 'not installed: promtool (prometheus)';

type Panel = {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
};
const panels: readonly Panel[] = JSON.parse(readFileSync('deploy/grafana-dashboard.json', 'utf8')).panels;
const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

function promtool(...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
}

test('every metric of the alerts and of the dashboard is in docs/metrics.md', () => {
  const known = new Set(
    [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name),
  );
  const used = [readFileSync(rules, 'utf8'), ...expressions].flatMap(
    (text) => text.match(/\b(http_(logger|server|client)|process|nodejs)_\w+/g) ?? [],
  );
  const unknown = used.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|count|sum)$/, '')));
  assert.deepEqual(
    [...new Set(unknown)],
    ['http_logger_build_info'].filter((name) => !known.has(name)),
  );
  assert.ok(used.length > 50);
});

test('alert rules are valid, and come when they should and only then', { skip }, () => {
  promtool('check', 'rules', rules);
  promtool('test', 'rules', 'test/deploy/prometheus-rules-cases.yaml');
});

test('what to do about each alert is in docs/operations.md', () => {
  const operations = readFileSync('docs/operations.md', 'utf8');
  const alerts = [...readFileSync(rules, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name]) => `\`${name}\``);
  assert.deepEqual(
    alerts.filter((name) => !operations.includes(name)),
    [],
  );
});

test('expressions of the dashboard are valid', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  try {
    const path = join(folder, 'rules.json');
    const asRules = expressions.map((expr, index) => {
      return { record: `panel:${index}`, expr: expr.replaceAll('$__rate_interval', '5m') };
    });
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'dashboard', rules: asRules }] }));
    promtool('check', 'rules', path);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('panels of the dashboard have ids of their own and do not overlap', () => {
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  assert.equal(new Set(cells).size, cells.length);
});
