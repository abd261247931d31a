import type { Recording } from './recording.ts';

/** How much is shown before and behind the first character that differs. */
const shownBefore = 60;
const shownBehind = 100;
const theEnd = '(the end)';

/** What differs between two recordings, each with its first difference. */
export function differences(expected: Recording, actual: Recording): string[] {
  return [...new Set([...expected.outputs, ...actual.outputs])].sort().flatMap((output) => {
    const [wanted, got] = [expected.textsOf(output), actual.textsOf(output)];
    return [...new Set([...wanted.keys(), ...got.keys()])].sort().flatMap((capture) => {
      const difference = firstDifference(wanted.get(capture), got.get(capture));
      return difference === undefined ? [] : [`${output} of ${capture} ${difference}`];
    });
  });
}

function firstDifference(expected: string | undefined, actual: string | undefined): string | undefined {
  if (expected === undefined) return 'is new';
  if (actual === undefined) return 'is missing';
  if (expected === actual) return undefined;
  const [wanted, got] = [expected.split('\n'), actual.split('\n')];
  let line = 0;
  while (wanted[line] === got[line]) line++;
  const [wantedLine, gotLine] = [wanted[line] ?? theEnd, got[line] ?? theEnd];
  const column = columnOf(wantedLine, gotLine);
  const show = (text: string) => text.slice(Math.max(0, column - shownBefore), column + shownBehind);
  return [
    `differs first in line ${line + 1}, character ${column + 1}:`,
    `  expected: ${show(wantedLine)}`,
    `  actual:   ${show(gotLine)}`,
    `            ${' '.repeat(Math.min(column, shownBefore))}^`,
  ].join('\n');
}

/** Where two texts that differ do so first. */
function columnOf(one: string, other: string): number {
  let column = 0;
  while (column < one.length && one[column] === other[column]) column++;
  return column;
}
