// Records of captures whose documents were refused by real servers.
import { fileURLToPath } from 'node:url';
import { createRecordBuilder } from '../../../src/record/build.ts';
import type { LogRecord } from '../../../src/record/record.ts';
import { runCaptureFile } from '../program/run-pipeline.ts';
import { fullOptions } from '../record/exchanges.ts';

const folder = fileURLToPath(new URL('../../whole/cases/', import.meta.url));
/** With how many exchanges each has. */
export const refusedCaptures: readonly (readonly [name: string, exchanges: number])[] = [
  ['opensearch-long-header-name', 4],
  ['no-template-conflicts', 30],
  ['no-template-dates-and-dots', 4],
];

/** With all headers, and the labels of docs/kubernetes.md. */
export async function recordsOfCapture(name: string): Promise<readonly LogRecord[]> {
  const labels = { app: 'shop', 'app.kubernetes.io/version': '2.14.0' };
  const build = createRecordBuilder({ ...fullOptions, identity: { ...fullOptions.identity, labels } });
  const { exchanges } = await runCaptureFile(`${folder}${name}.pcap`);
  return exchanges.map(build);
}
