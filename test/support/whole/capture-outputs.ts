import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Configuration, configurations, everySink } from './configurations.ts';
import { LogServers } from './log-servers.ts';
import { metricsOutputs } from './metrics-outputs.ts';
import { readable } from './readable.ts';
import { runProgram } from './run-program.ts';

/** Texts by what they are of: `flat.stdout`, `otel.elasticsearch`. */
export type Outputs = Map<string, string>;

/** The addresses of the first exchange of a capture. */
export type Ends = { readonly client: string; readonly server: string };

/** Everything that comes out of the program at `program` for a capture file. */
export async function captureOutputs(program: string, capture: string): Promise<Outputs> {
  const outputs: Outputs = new Map();
  const folder = dirname(capture);
  const read = ['--read', basename(capture)];
  for (const [name, configuration] of Object.entries(configurations)) {
    const local = localArgs(configuration, firstEnds(outputs));
    const args = [...(configuration.args ?? []), ...read, ...local];
    const texts = await runOutputs({ program, args, folder, configuration });
    for (const [output, text] of Object.entries(texts)) outputs.set(`${name}.${output}`, text);
  }
  const check = await runProgram({ program, folder, args: [...read, '--check'] });
  outputs.set('check', diagnostics(check));
  for (const [name, text] of await metricsOutputs(capture, firstEnds(outputs))) outputs.set(name, text);
  return outputs;
}

type Run = {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly configuration: Configuration;
};

/** What one run of the program wrote and sent. */
async function runOutputs({ configuration, ...run }: Run): Promise<Readonly<Record<string, string>>> {
  const { logstash, search, env, columns } = configuration;
  if (logstash === undefined) {
    const { stdout, ...rest } = await runProgram({ ...run, env, columns });
    return { stdout: readable(stdout), stderr: diagnostics(rest) };
  }
  const directory = mkdtempSync(join(tmpdir(), 'outputs-'));
  const servers = new LogServers(logstash, search);
  try {
    await servers.start();
    const file = join(directory, 'records.log');
    const { stdout, ...rest } = await runProgram({
      ...run,
      env: { ...servers.env, ...everySink, FILE_PATH: file, ...env },
    });
    const written = readable(stdout);
    const records = written.split('\n').slice(0, -1);
    const sent = await servers.sent(records.length);
    const texts = { ...sent, file: records.length === 0 ? '' : readable(readFileSync(file)) };
    return {
      stdout: written,
      stderr: sortedLines(servers.withoutPorts(diagnostics(rest))),
      ...Object.fromEntries(Object.entries(texts).map(([output, text]) => [output, abridged(text, records)])),
    };
  } finally {
    await servers.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Most sinks are sent what is on standard output, with something around it or right behind the first brace. */
function abridged(text: string, records: readonly string[]): string {
  return records.reduce(
    (rest, record, at) => rest.replaceAll(record.slice(1), `[the rest of line ${at + 1} on stdout]`),
    text,
  );
}

/** What was said, without what depends on the machine and the moment. */
export function diagnostics({ code, stderr }: { readonly code: number | null; readonly stderr: Buffer }): string {
  const text = readable(stderr)
    .replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /gm, '')
    .replace(/^(debug version ).*$/gm, '$1...')
    .replace(/\d+ bytes are free/g, 'N bytes are free');
  return `${text}exit code ${code}\n`;
}

/** Log servers answer at about the same time. */
function sortedLines(text: string): string {
  return `${text.trimEnd().split('\n').sort().join('\n')}\n`;
}

function firstEnds(outputs: Outputs): Ends | undefined {
  const [line = ''] = outputs.get('flat.stdout')?.split('\n') ?? [];
  const [, client, server] = /"client_ip":"([^"]+)".*?"server_ip":"([^"]+)"/.exec(line) ?? [];
  return client === undefined || server === undefined ? undefined : { client, server };
}

function localArgs({ local }: Configuration, ends: Ends | undefined): readonly string[] {
  return local === undefined || ends === undefined ? [] : ['--local', ends[local]];
}
