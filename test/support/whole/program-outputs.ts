import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagnostics, type Outputs } from './capture-outputs.ts';
import { configurations, everySink } from './configurations.ts';
import { LogServers } from './log-servers.ts';
import { metricsPage } from './metrics-outputs.ts';
import { readable } from './readable.ts';
import { runProgram } from './run-program.ts';

const capture = fileURLToPath(new URL('../../golden/keep-alive.pcap', import.meta.url));

/** What the program at `program` says of itself, and what it does with a capture file that is not right. */
export async function programOutputs(program: string): Promise<Outputs> {
  const outputs: Outputs = new Map();
  const say = async (name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { stdout, ...rest } = await runProgram({ program, args, env, folder });
    outputs.set(name, `${readable(stdout)}${diagnostics(rest)}`);
    return readable(stdout);
  };
  const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  try {
    const bytes = readFileSync(capture);
    writeFileSync(join(folder, 'whole.pcap'), bytes);
    writeFileSync(join(folder, 'cut.pcap'), bytes.subarray(0, -10));
    writeFileSync(join(folder, 'text.pcap'), 'no capture');
    const help = await say('help', ['--help']);
    await say('no-option', ['--rread', 'x', '--pretty=1', '--read', 'y']);
    await say('refused', ['--local', 'x'], everyVariableWrong(help));
    await say('missing', ['--read', 'missing.pcap']);
    await say('text', ['--read', 'text.pcap']);
    await say('cut', ['--read', 'cut.pcap']);
    await say('check-text', ['--check', '--read', 'text.pcap']);
    for (const [name, text] of await checks(program, folder)) outputs.set(name, text);
    for (const accept of ['text/plain', 'application/openmetrics-text']) {
      outputs.set(
        `metrics-${accept.replace(/.*\//, '')}`,
        readable(Buffer.from(await metricsPage(capture, ['10.0.0.2'], accept))),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return outputs;
}

/** `--check` with log servers that are there, and with the same when they are gone. */
async function checks(program: string, folder: string): Promise<Outputs> {
  const outputs: Outputs = new Map();
  for (const [name, { logstash, search, env }] of Object.entries(configurations)) {
    if (logstash === undefined) continue;
    const servers = await new LogServers(logstash, search).start();
    const check = {
      program,
      folder,
      args: ['--check', '--read', 'whole.pcap'],
      env: { ...servers.env, ...everySink, FILE_PATH: 'records.log', SPOOL_DIR: 'spool', ...env },
    };
    try {
      outputs.set(`check-${name}`, servers.withoutPorts(diagnostics(await runProgram(check))));
      for (const [server, text] of Object.entries(await servers.sent(0))) outputs.set(`check-${name}.${server}`, text);
    } finally {
      await servers.stop();
    }
    outputs.set(`check-${name}-away`, servers.withoutPorts(diagnostics(await runProgram(check))));
  }
  return outputs;
}

/** All variables of `--help` but CAP_FILTER, which libpcap judges, where it is installed. */
function everyVariableWrong(help: string): Readonly<Record<string, string>> {
  const names = [...help.matchAll(/^ {2}([A-Z][A-Z\d_]+)/gm)].map(([, name = '']) => name);
  return Object.fromEntries(names.filter((name) => name !== 'CAP_FILTER').map((name) => [name, '! %{x}']));
}
