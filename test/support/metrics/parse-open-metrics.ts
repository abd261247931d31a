// Reads OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec) strictly, as far as it is used: what a
// reader may refuse is a mistake.
import assert from 'node:assert/strict';

export type OpenSample = {
  readonly family: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar: OpenExemplar | undefined;
};
type OpenExemplar = {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly time: number | undefined;
};

const endings: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  info: ['_info'],
  histogram: ['_bucket', '_count', '_sum', '_created'],
};
const number = String.raw`[-+]?(?:\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|Inf)|NaN`;
const labelSet = String.raw`\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\}`;
const sampleLine = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(${labelSet})? (${number})(?: # (${labelSet}) (${number})(?: (${number}))?)?$`,
);
const metadataLine = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][\w:]*) (.*)$/;

export function parseOpenMetrics(text: string): readonly OpenSample[] {
  assert.ok(text.endsWith('\n# EOF\n') || text === '# EOF\n', 'the end is missing');
  const lines = text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1);
  const samples: OpenSample[] = [];
  const seen = new Set<string>();
  let [family, type] = ['', ''];
  for (const line of lines) {
    const metadata = metadataLine.exec(line);
    if (metadata !== null) {
      const [, keyword, name = '', rest = ''] = metadata;
      if (name !== family) {
        assert.ok(!seen.has(name), `${name} comes in two parts`);
        seen.add(name);
        [family, type] = [name, ''];
      }
      assert.ok(keyword !== 'HELP' || !/\\(?![\\n"])/.test(rest), line);
      if (keyword !== 'TYPE') continue;
      assert.ok(rest in endings, line);
      assert.equal(samples.at(-1)?.family === family, false, 'a type stands before its samples');
      type = rest;
      continue;
    }
    const [, name = '', labels, value = '', exemplarLabels, exemplarValue, exemplarTime] =
      sampleLine.exec(line) ?? assert.fail(`no sample: ${line}`);
    assert.ok(
      endings[type]?.some((ending) => name === `${family}${ending}`),
      `${name} is no ${type} ${family}`,
    );
    const exemplar =
      exemplarLabels === undefined
        ? undefined
        : { labels: labelsOf(exemplarLabels), value: toNumber(exemplarValue), time: Number(exemplarTime) };
    if (exemplar !== undefined) {
      assert.match(name, /_(bucket|total)$/, line);
      const characters = Object.entries(exemplar.labels).flat().join('');
      assert.ok(Array.from(characters).length <= 128, line);
    }
    samples.push({ family, name, labels: labelsOf(labels ?? '{}'), value: toNumber(value), exemplar });
  }
  assert.equal(new Set(samples.map(seriesOf)).size, samples.length, 'a series is there twice');
  checkHistograms(samples);
  return samples;
}

function seriesOf({ name, labels }: OpenSample): string {
  return `${name}${JSON.stringify(Object.entries(labels).toSorted())}`;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)];
  const unescaped = (value: string) => value.replace(/\\(.)/g, (_, char) => (char === 'n' ? '\n' : char));
  assert.equal(new Set(pairs.map(([, name]) => name)).size, pairs.length, `a label is there twice: ${text}`);
  return Object.fromEntries(pairs.map(([, name, value = '']) => [name, unescaped(value)]));
}

function toNumber(text: string | undefined): number {
  return Number(text?.replace(/Inf$/, 'Infinity'));
}

/** Buckets rise to the count, and an exemplar is within its bucket. */
function checkHistograms(samples: readonly OpenSample[]): void {
  let [before, below] = [0, Number.NEGATIVE_INFINITY];
  for (const [index, { name, labels, value, exemplar, family }] of samples.entries()) {
    if (!name.endsWith('_bucket')) continue;
    const { le = '' } = labels;
    assert.match(le, /^(\d+\.\d+(e-?\d+)?|\+Inf)$/, `no canonical bound: ${le}`);
    assert.ok(value >= before, `${family} falls at ${le}`);
    assert.ok(exemplar === undefined || (exemplar.value > below && exemplar.value <= toNumber(le)), name);
    [before, below] = [value, toNumber(le)];
    if (le !== '+Inf') continue;
    const count = samples.slice(index).find((sample) => sample.name === `${family}_count`);
    assert.equal(count?.value, value);
    [before, below] = [0, Number.NEGATIVE_INFINITY];
  }
}
