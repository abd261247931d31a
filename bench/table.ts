export type Column = { readonly title: string; readonly align: 'left' | 'right' };

export function left(title: string): Column {
  return { title, align: 'left' };
}

export function right(title: string): Column {
  return { title, align: 'right' };
}

/** A Markdown table that is also aligned for a terminal. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, index) =>
    Math.max(3, title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${columns.map(({ align }, index) => pad(row[index] ?? '', widths[index] ?? 0, align)).join(' | ')} |`;
  const ruler = columns.map(({ align }, index) =>
    align === 'left' ? '-'.repeat(widths[index] ?? 0) : `${'-'.repeat((widths[index] ?? 1) - 1)}:`,
  );
  return [line(titles), line(ruler), ...cells.map(line)].join('\n');
}

function pad(text: string, width: number, align: Column['align']): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}
