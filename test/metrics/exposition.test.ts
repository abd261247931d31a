import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptedFormat, type Format } from '../../src/metrics/exposition.ts';
import { Histogram } from '../../src/metrics/histogram.ts';
import type { Metric } from '../../src/metrics/metric.ts';
import { lengthOf, renderMetrics } from '../../src/metrics/rendering.ts';
import { headerFields } from '../support/record/exchanges.ts';

const histogram = new Histogram({ route: '/a' }, [0.5, 1]);
for (const value of [0.5, 0.6, 2]) histogram.observe(value, headerFields([]), 0);

const metrics: readonly Metric[] = [
  { name: 'seen', type: 'counter', help: 'What was seen.', samples: [{ value: 3 }] },
  {
    name: 'state',
    type: 'gauge',
    help: 'A \\ and\na line.',
    samples: [{ labels: { sink: 'a"b\\c\nd', state: 'é' }, value: 0.25 }],
  },
  { name: 'took_seconds', type: 'histogram', help: 'Durations.', samples: histogram.samples() },
  { name: 'build', type: 'info', help: 'Versions.', samples: [{ labels: { version: '1' }, value: 1 }] },
  { name: 'nothing', type: 'counter', help: 'Is left out.', samples: [] },
];

async function textOf(format: Format): Promise<string> {
  const rendering = await renderMetrics(metrics, { format, turn: async () => {} });
  const bytes = Buffer.concat(rendering);
  assert.equal(lengthOf(rendering), bytes.length);
  return bytes.toString();
}

test('the text format of Prometheus', async () => {
  assert.equal(
    await textOf('prometheus'),
    `# HELP seen_total What was seen.
# TYPE seen_total counter
seen_total 3
# HELP state A \\\\ and\\na line.
# TYPE state gauge
state{sink="a\\"b\\\\c\\nd",state="é"} 0.25
# HELP took_seconds Durations.
# TYPE took_seconds histogram
took_seconds_bucket{route="/a",le="0.5"} 1
took_seconds_bucket{route="/a",le="1.0"} 2
took_seconds_bucket{route="/a",le="+Inf"} 3
took_seconds_sum{route="/a"} 3.1
took_seconds_count{route="/a"} 3
# HELP build_info Versions.
# TYPE build_info gauge
build_info{version="1"} 1
`,
  );
});

test('OpenMetrics names families without their endings and has an end', async () => {
  const text = await textOf('openmetrics');
  assert.match(text, /^# HELP seen What was seen\.\n# TYPE seen counter\nseen_total 3\n/);
  assert.match(text, /\n# TYPE build info\nbuild_info\{version="1"\} 1\n# EOF\n$/);
});

test('who asks for OpenMetrics gets it', () => {
  assert.equal(acceptedFormat(undefined), 'prometheus');
  assert.equal(acceptedFormat('text/plain;version=0.0.4'), 'prometheus');
  assert.equal(acceptedFormat('application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.1'), 'openmetrics');
});
