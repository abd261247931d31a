import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Section } from './part.ts';
import { plotSvg } from './plot.ts';
import { markdownTable } from './table.ts';
import { wrap } from './wrap.ts';

/** The table and the notes of a part, in Markdown. */
export function sectionText({ columns, rows, notes }: Section): string {
  const table = rows.length === 0 ? [] : [markdownTable(columns, rows), ''];
  return [...table, ...notes.map((note) => wrap(note))].join('\n');
}

/** `origin`: when and on what it was measured. */
export type MeasuredSection = Section & { readonly origin: string };

/**
 * Puts the results of a part into a page, between the lines `<!-- NAME -->` and `<!-- /NAME -->`, and its plots into a
 * folder beside the page that has its name. Returns the files it wrote, or why there is no place for the part.
 */
export function writeToPage(path: string, part: string, section: MeasuredSection): readonly string[] | string {
  const page = readFileSync(path, 'utf8');
  const [opening, closing] = [`<!-- ${part} -->\n`, `<!-- /${part} -->\n`];
  const start = page.indexOf(opening) + opening.length;
  const end = page.indexOf(closing, start);
  if (start < opening.length || end < 0)
    return `${path} has no place for ${part}: ${opening.trim()} and ${closing.trim()}`;
  const folder = basename(path, '.md');
  const plots = section.plots ?? [];
  const images = plots.map(({ name, title }) => `![${title}](${folder}/${name}.svg)`);
  const content = [
    sectionText(section),
    '',
    ...(images.length === 0 ? [] : [images.join('\n'), '']),
    wrap(section.origin),
  ];
  const files = plots.map(({ name }) => join(dirname(path), folder, `${name}.svg`));
  mkdirSync(join(dirname(path), folder), { recursive: true });
  for (const [index, plot] of plots.entries()) writeFileSync(files[index] ?? '', plotSvg(plot));
  writeFileSync(path, `${page.slice(0, start)}\n${content.join('\n')}\n\n${page.slice(end)}`);
  return [path, ...files];
}
