import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the numbers below were measured on. */
export function machineLines(): readonly string[] {
  const processors = cpus();
  const load = loadavg()[0] ?? 0;
  return [
    `- CPU: ${processors[0]?.model.trim() || 'unknown'}, ${processors.length} cores; load average ` +
      `${load.toFixed(2)} at the start`,
    `- Memory: ${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    `- Node.js ${process.versions.node}, ${type()} ${release()} ${process.arch}`,
  ];
}

/** The same on one line, with the day. */
export function machineLine(): string {
  const day = new Date().toISOString().slice(0, 10);
  return `Measured on ${day}. ${machineLines()
    .map((line) => line.replace(/^- /, ''))
    .join('; ')}.`;
}
