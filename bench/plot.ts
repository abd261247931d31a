export type Point = readonly [x: number, y: number];

/** One curve for each series, over the same axes. */
export type Plot = {
  /** Of its file, without ending. */
  readonly name: string;
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly isLogX?: true;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
};

const size = { width: 640, height: 360 };
const area = { left: 64, right: 616, top: 64, bottom: 304 };
/** Told apart also by people who do not see all colours (Okabe and Ito). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#555555'];
const legendTop = 46;

/** An SVG document, readable on light and dark pages. */
export function plotSvg(plot: Plot): string {
  const drawn = plot.series.map(({ name, points }) => ({ name, points: points.filter(isDrawable) }));
  const points = drawn.flatMap((series) => series.points);
  const x = plot.isLogX ? logScale(points.map(([value]) => value)) : linearScale(points.map(([value]) => value));
  const y = linearScale(points.map(([, value]) => value));
  const left = (value: number) => round(area.left + x.place(value) * (area.right - area.left));
  const top = (value: number) => round(area.bottom - y.place(value) * (area.bottom - area.top));
  const middle = (area.top + area.bottom) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" ` +
      'font-family="sans-serif" font-size="12">',
    `<title>${escaped(plot.title)}</title>`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    text([size.width / 2, 22], plot.title, 'text-anchor="middle" font-size="15"'),
    ...y.ticks.flatMap((tick) => [
      line([area.left, top(tick)], [area.right, top(tick)]),
      text([area.left - 8, top(tick) + 4], tickText(tick), 'text-anchor="end"'),
    ]),
    ...x.ticks.flatMap((tick) => [
      line([left(tick), area.top], [left(tick), area.bottom]),
      text([left(tick), area.bottom + 18], tickText(tick), 'text-anchor="middle"'),
    ]),
    text([(area.left + area.right) / 2, size.height - 12], plot.xTitle, 'text-anchor="middle"'),
    text([0, 0], plot.yTitle, `text-anchor="middle" transform="translate(16 ${middle}) rotate(-90)"`),
    ...drawn.flatMap(({ name, points: own }, index) => {
      const colour = colours[index % colours.length] ?? '';
      return [
        ...curve(
          own.map(([at, value]): Point => [left(at), top(value)]),
          colour,
        ),
        ...legend(name, index, colour),
      ];
    }),
    '</svg>\n',
  ].join('\n');
}

/**
 * What was divided by zero, such as the cost of an exchange when none was logged, has no place; the others keep theirs.
 */
function isDrawable(point: Point): boolean {
  return point.every(Number.isFinite);
}

type Scale = { readonly ticks: readonly number[]; readonly place: (value: number) => number };

/** From 0 to a round number. */
function linearScale(values: readonly number[]): Scale {
  const largest = Math.max(0, ...values) || 1;
  const step = roundStep(largest / 4);
  const ticks = Array.from({ length: Math.ceil(largest / step) + 1 }, (_, index) => index * step);
  const end = ticks.at(-1) ?? 1;
  return { ticks, place: (value) => value / end };
}

/** Whole powers of ten. */
function logScale(values: readonly number[]): Scale {
  const exponents = values.filter((value) => value > 0).map(Math.log10);
  const first = Math.floor(Math.min(...exponents, Number.MAX_VALUE));
  const from = exponents.length === 0 ? 0 : first;
  const to = exponents.length === 0 ? 1 : Math.max(from + 1, Math.ceil(Math.max(...exponents)));
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  return { ticks, place: (value) => (Math.log10(Math.max(value, 10 ** from)) - from) / (to - from) };
}

/** 1, 2, 2.5 or 5 times a power of ten, and not smaller. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= least) ?? 10) * power;
}

function tickText(value: number): string {
  for (const [factor, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= factor) return `${Number((value / factor).toPrecision(3))} ${unit}`;
  }
  return String(Number(value.toPrecision(3)));
}

function curve(points: readonly Point[], colour: string): string[] {
  const path = points.map(([x, y]) => `${x},${y}`).join(' ');
  const dots = points.length > 60 ? [] : points.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`);
  return [`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`, ...dots];
}

function legend(name: string, index: number, colour: string): string[] {
  const x = area.left + index * 140;
  return [
    `<rect x="${x}" y="${legendTop - 9}" width="12" height="10" fill="${colour}"/>`,
    text([x + 18, legendTop], name, 'text-anchor="start"'),
  ];
}

function line([x1, y1]: Point, [x2, y2]: Point): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#dddddd"/>`;
}

function text([x, y]: Point, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes} fill="#222222">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
