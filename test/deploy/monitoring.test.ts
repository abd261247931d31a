// Alerts and dashboard: they use metrics that exist, their expressions are valid, and alerts come when they should.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dashboardCases } from '../support/deploy/dashboard-cases.ts';

const rules = 'deploy/prometheus-rules.yaml';
const skip = spawnSync('promtool', ['--version']).error === undefined ? false : 'not installed: promtool (prometheus)';

type Panel = {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
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
  promtool('test', 'rules', 'test/support/deploy/prometheus-rules-cases.yaml');
});

test('what to do about each alert is in docs/operations.md', () => {
  const operations = readFileSync('docs/operations.md', 'utf8');
  const alerts = [...readFileSync(rules, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name]) => `\`${name}\``);
  assert.deepEqual(
    alerts.filter((name) => !operations.includes(name)),
    [],
  );
});

/** With what Grafana puts in the place of its variables. */
function asked(expr: string): string {
  return expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(namespace|pod)\b/g, '.*');
}

/** Has promtool look at something that is written to a file (JSON is YAML, too). */
function promtoolOn(words: readonly string[], content: object): void {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  try {
    const path = join(folder, 'file.json');
    writeFileSync(path, JSON.stringify(content));
    promtool(...words, path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('expressions of the dashboard are valid', { skip }, () => {
  const asRules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr: asked(expr) }));
  promtoolOn(['check', 'rules'], { groups: [{ name: 'dashboard', rules: asRules }] });
});

test('a request counts once in each panel, late answers and connections that never came up apart', { skip }, () => {
  const expectations = Object.entries(dashboardCases.expected).flatMap(([title, queries]) => {
    const targets = panels.find((panel) => panel.title === title)?.targets ?? assert.fail(title);
    assert.deepEqual(
      targets.map(({ legendFormat }) => legendFormat),
      Object.keys(queries),
      title,
    );
    return targets.map(({ expr, legendFormat }) => ({
      expr: asked(expr),
      eval_time: '20m',
      exp_samples: Object.entries(queries[legendFormat] ?? {}).map(([labels, value]) => ({ labels, value })),
    }));
  });
  const { series } = dashboardCases;
  const inputSeries = series.map(([name, perMinute]) => ({ series: name, values: `0+${perMinute}x40` }));
  promtoolOn(['test', 'rules'], {
    tests: [{ interval: '1m', input_series: inputSeries, promql_expr_test: expectations }],
  });
});

test('panels of the dashboard have ids of their own and do not overlap', () => {
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  assert.equal(new Set(cells).size, cells.length);
});
