import { SourceMap, type SourceMapPayload } from 'node:module';
import { transformSync } from 'esbuild';

/** One file in V8's format, as far as it is used: what `NODE_V8_COVERAGE` writes at the end of a process. */
export type ProcessCoverage = {
  readonly result: readonly ScriptCoverage[];
  readonly 'source-map-cache'?: Readonly<Record<string, CachedMap>>;
};

type ScriptCoverage = {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
};

/** Characters of the code that ran, and how often. Ranges of a function lie within each other, outer ones first. */
type Range = { readonly startOffset: number; readonly endOffset: number; readonly count: number };

type CachedMap = { readonly lineLengths: readonly number[]; readonly data: SourceMapPayload | null };

/** The lines of a source file that hold code, from 1: whether all of their code ran in some process. */
export type FileLines = ReadonlyMap<number, boolean>;

/** The lines of code of a file that nothing loaded, so that none of it ran. */
export function codeLines(text: string): FileLines {
  const { code, map } = transformSync(text, { loader: 'ts', sourcemap: 'external', sourcefile: 'code.ts' });
  const lineLengths = code.split('\n').map((line) => line.length);
  return new CoveredScript(linesOf(lineLengths, JSON.parse(map))).lines();
}

/**
 * Which lines of source files ran, in any of several processes. Node's own report tells it line by line of the code
 * that really ran, of which tsx makes a single line.
 */
export class LineCoverage {
  readonly #isWanted: (url: string) => boolean;
  readonly #files = new Map<string, CoveredScript>();

  constructor(isWanted: (url: string) => boolean) {
    this.#isWanted = isWanted;
  }

  /** What ran in one more process. */
  add({ result, 'source-map-cache': maps }: ProcessCoverage): void {
    for (const { url, functions } of result) {
      const map = maps?.[url];
      if (map === undefined || map.data === null || !this.#isWanted(url)) continue;
      const script = this.#files.get(url) ?? new CoveredScript(linesOf(map.lineLengths, map.data));
      this.#files.set(url, script);
      script.add(functions.flatMap(({ ranges }) => ranges));
    }
  }

  /** `undefined` for a file that no process loaded. */
  lines(url: string): FileLines | undefined {
    return this.#files.get(url)?.lines();
  }
}

class CoveredScript {
  /** For each character of the code, the line that it came from, from 1; 0 if it came from none. */
  readonly #lines: Uint32Array;
  /** For each character, whether it ran. */
  readonly #ran: Uint8Array;

  constructor(lines: Uint32Array) {
    this.#lines = lines;
    this.#ran = new Uint8Array(lines.length);
  }

  /** Of one process: an inner range says it better than the outer one. */
  add(ranges: readonly Range[]): void {
    const counts = new Float64Array(this.#ran.length);
    for (const { startOffset, endOffset, count } of ranges) counts.fill(count, startOffset, endOffset);
    for (const [offset, count] of counts.entries()) if (count > 0) this.#ran[offset] = 1;
  }

  lines(): FileLines {
    const lines = new Map<number, boolean>();
    for (const [offset, line] of this.#lines.entries()) {
      if (line > 0) lines.set(line, (lines.get(line) ?? true) && this.#ran[offset] === 1);
    }
    return lines;
  }
}

/** For each character of code that was made from a source, the line there. */
function linesOf(lineLengths: readonly number[], data: SourceMapPayload): Uint32Array {
  const map = new SourceMap(data);
  const lines = new Uint32Array(lineLengths.reduce((sum, length) => sum + length + 1, 0));
  let offset = 0;
  for (const [line, length] of lineLengths.entries()) {
    for (let column = 0; column < length; column++) {
      const entry = map.findEntry(line, column);
      lines[offset + column] = 'originalLine' in entry ? entry.originalLine + 1 : 0;
    }
    offset += length + 1;
  }
  return lines;
}
