import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Public captures with independently known answers; they are not part of this repository. */
const folder = fileURLToPath(new URL('../../../../shared/samples/', import.meta.url));

/** Why tests with sample captures are skipped; `false` when they are not. */
export const noSamples: string | false = existsSync(folder)
  ? false
  : 'the sample captures (../shared/samples) are absent';

/** One exchange as the answer has it; `null`: not seen. */
export type SampleRow = {
  readonly client_ip: string;
  readonly client_port: number;
  readonly server_ip: string;
  readonly server_port: number;
  readonly method: string | null;
  /** The request target as on the wire. */
  readonly path: string | null;
  readonly host: string | null;
  readonly status: number | null;
  readonly proto: 'http1' | 'h2';
};

export type SampleCapture = {
  readonly name: string;
  readonly path: string;
  readonly category: string;
  /** The answer. */
  readonly rows: readonly SampleRow[];
};

export function sampleCaptures(): SampleCapture[] {
  if (noSamples !== false) return [];
  const names = readdirSync(folder).filter((name) => /\.pcap(ng)?$/.test(name));
  const categories = readCategories();
  return names.sort().map((name) => {
    const rows: SampleRow[] = JSON.parse(
      readFileSync(`${folder}${name.replace(/\.pcap(ng)?$/, '.expected.json')}`, 'utf8'),
    );
    return { name, path: `${folder}${name}`, category: categories.get(name) ?? '', rows };
  });
}

function readCategories(): Map<string, string> {
  const lines = readFileSync(`${folder}INDEX.tsv`, 'utf8').split('\n').slice(1);
  return new Map(
    lines.map((line) => {
      const [name = '', category = ''] = line.split('\t');
      return [name, category];
    }),
  );
}
