import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plot, type Point, plotSvg } from '../../bench/plot.ts';

const plot: Plot = {
  name: 'cost',
  title: 'CPU <now> & "then"',
  xTitle: 'connections',
  yTitle: 'µs',
  isLogX: true,
  series: [
    {
      name: 'this',
      points: [
        [1, 20],
        [100, 21.5],
        [100_000, 23],
      ],
    },
    { name: 'another', points: [[1, 9]] },
  ],
};

/** The tags of an XML document that are not closed, in order; throws where a tag closes another. */
function assertBalanced(xml: string): void {
  const open: string[] = [];
  for (const [, isClosing, name, isEmpty] of xml.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (isClosing === '/') assert.equal(open.pop(), name);
    else if (isEmpty !== '/') open.push(name ?? '');
  }
  assert.deepEqual(open, []);
  assert.doesNotMatch(xml.replaceAll(/&(amp|lt|gt|quot);/g, ''), /&/);
}

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');
}

test('a plot is well-formed, and its texts are escaped', () => {
  const svg = plotSvg(plot);
  assertBalanced(svg);
  assert.ok(svg.includes('<title>CPU &lt;now&gt; &amp; &quot;then&quot;</title>'));
});

test('ticks are round numbers and cover all values', () => {
  const texts = textsOf(plotSvg(plot));
  for (const tick of ['0', '10', '20', '30', '1', '10', '100', '1 k', '10 k', '100 k'])
    assert.ok(texts.includes(tick), tick);
  assert.ok(!texts.includes('1 M'));
});

test('every point lies inside the axes, and a larger value lies higher', () => {
  const [, points = ''] = /<polyline points="([^"]*)"/.exec(plotSvg(plot)) ?? [];
  const places = points.split(' ').map((point) => point.split(',').map(Number));
  assert.equal(places.length, 3);
  for (const [x = -1, y = -1] of places) assert.ok(x >= 64 && x <= 616 && y >= 64 && y <= 304, `${x},${y}`);
  assert.ok((places[2]?.[1] ?? 0) < (places[0]?.[1] ?? 0));
});

test('nothing to show, a single point and zeros are no error', () => {
  const shapes: Plot['series'][] = [[], [{ name: 'a', points: [] }], [{ name: 'a', points: [[5, 0]] }]];
  for (const series of shapes) {
    for (const more of [{}, { isLogX: true } as const]) {
      const svg = plotSvg({ name: 'n', title: 't', xTitle: 'x', yTitle: 'y', series, ...more });
      assertBalanced(svg);
      assert.doesNotMatch(svg, /NaN|Infinity/);
    }
  }
});

test('a value that is not finite is left out, and the others stay where they are', () => {
  const of = (points: readonly Point[]) =>
    plotSvg({ name: 'n', title: 't', xTitle: 'x', yTitle: 'y', series: [{ name: 'a', points }] });
  const damaged: Point[] = [
    [2, Number.POSITIVE_INFINITY],
    [3, Number.NaN],
    [Number.NaN, 4],
  ];
  const points: Point[] = [
    [1, 5],
    [4, 8],
  ];
  assert.equal(of([...damaged, ...points]), of(points));
});
