// Alerts and dashboard: they use metrics that exist, their expressions are valid, and alerts come when they should.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { dashboardCases } from '../support/deploy/dashboard-cases.ts';
import { missingPromtool, promtool, promtoolOn } from '../support/deploy/promtool.ts';

const rules = 'deploy/monitoring/prometheus-rules.yaml';
const skip = missingPromtool;

type Panel = {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly type: string;
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[];
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: { readonly renameByName?: Readonly<Record<string, string>> };
  }[];
};
const panels: readonly Panel[] = JSON.parse(readFileSync('deploy/monitoring/grafana-dashboard.json', 'utf8')).panels;
const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

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
  promtool('test', 'rules', 'test/support/deploy/error-budgets-cases.yaml');
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
  return expr.replaceAll(/\$__(rate_interval|range)/g, '5m').replaceAll(/\$(namespace|pod)\b/g, '.*');
}

test('expressions of the dashboard are valid', { skip }, () => {
  const asRules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr: asked(expr) }));
  promtoolOn(['check', 'rules'], { groups: [{ name: 'dashboard', rules: asRules }] });
});

/** Durations and shares are not exact. */
const precision = 10_000;
const rounded = (value: number) => Math.floor(value * precision + 0.5) / precision;

test('a request counts once in each panel, late answers and connections that never came up apart', { skip }, () => {
  const expectations = Object.entries(dashboardCases.expected).flatMap(([title, queries]) => {
    const targets = panels.find((panel) => panel.title === title)?.targets ?? assert.fail(title);
    assert.deepEqual(
      targets.map(({ legendFormat }) => legendFormat),
      Object.keys(queries),
      title,
    );
    return targets.map(({ expr, legendFormat }) => ({
      expr: `round(${asked(expr)}, ${1 / precision})`,
      eval_time: '20m',
      exp_samples: Object.entries(queries[legendFormat] ?? {}).map(([labels, value]) => ({
        labels,
        value: rounded(value),
      })),
    }));
  });
  promtoolOn(['test', 'rules'], {
    tests: [{ interval: '1m', input_series: dashboardCases.series(), promql_expr_test: expectations }],
  });
});

test('panels of the dashboard have ids of their own and do not overlap', () => {
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  assert.equal(new Set(cells).size, cells.length);
});

test('tables of the dashboard name each of their columns, for all that they ask', () => {
  const tables = panels.filter(({ type }) => type === 'table');
  assert.deepEqual(
    tables.map(({ title }) => title),
    ['Incoming: routes', 'Outgoing: servers', 'Outgoing: routes'],
  );
  for (const { title, targets = [], transformations = [] } of tables) {
    const names = transformations.find(({ id }) => id === 'organize')?.options.renameByName ?? {};
    for (const { refId, legendFormat, expr } of targets) {
      assert.equal(names[`Value #${refId}`], legendFormat, title);
      const by = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? [];
      for (const label of by.filter((each) => each !== 'le')) assert.ok(label in names, `${title}: ${label}`);
    }
    for (const name of ['Requests/s', 'Errors', 'p50', 'p95', 'p99']) {
      assert.ok(Object.values(names).includes(name), `${title}: ${name}`);
    }
  }
});

test('what the rules record is what they use', () => {
  const text = readFileSync(rules, 'utf8');
  const recorded = new Set([...text.matchAll(/- record: (\S+)/g)].map(([, name]) => name));
  const used = new Set(text.replaceAll(/- record: \S+/g, '').match(/\bnamespace_pod_direction:[\w:]+/g));
  assert.deepEqual([...used].toSorted(), [...recorded].toSorted());
});
