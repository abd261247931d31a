import type { FileLines } from './line-coverage.ts';

export type FileCoverage = { readonly path: string; readonly lines: FileLines };

/** How much of each folder of `src/` and of all of it runs, in per cent rounded down to a tenth. */
export function coverageTable(files: readonly FileCoverage[]): { readonly table: string; readonly percent: number } {
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))].sort();
  const rows = folders.map((folder) =>
    rowOf(
      folder,
      files.filter(({ path }) => folderOf(path) === folder),
    ),
  );
  const total = rowOf('src/', files);
  const lines = [...rows, total].map(({ name, percent, left }) => {
    return `${name.padEnd(16)} ${percent.toFixed(1).padStart(5)} %  lines left out: ${left}`;
  });
  return { table: lines.join('\n'), percent: total.percent };
}

/** `src/tcp/stream.ts: 12-15, 20` for each file of which lines are left out. */
export function uncoveredLines(files: readonly FileCoverage[]): readonly string[] {
  return files
    .map(({ path, lines }) => ({ path, left: numbersOf(lines, false).sort((one, other) => one - other) }))
    .filter(({ left }) => left.length > 0)
    .map(({ path, left }) => `${path}: ${spans(left).join(', ')}`);
}

function rowOf(name: string, files: readonly FileCoverage[]) {
  const left = files.reduce((sum, { lines }) => sum + numbersOf(lines, false).length, 0);
  const all = files.reduce((sum, { lines }) => sum + lines.size, 0);
  return { name, left, percent: all === 0 ? 100 : Math.floor((1000 * (all - left)) / all) / 10 };
}

function numbersOf(lines: FileLines, ran: boolean): number[] {
  return [...lines].filter(([, other]) => other === ran).map(([number]) => number);
}

function spans(numbers: readonly number[]): readonly string[] {
  const found: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last?.to === number - 1) last.to = number;
    else found.push({ from: number, to: number });
  }
  return found.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
}

function folderOf(path: string): string {
  const [top = '', room = '', ...rest] = path.split('/');
  return rest.length > 0 ? `${top}/${room}` : `${top}/*.ts`;
}
