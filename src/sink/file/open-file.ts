import type { Output } from '../output.ts';
import type { SinkContext } from '../sink-context.ts';
import { FileTransport } from './file.ts';
import type { FileSettings } from './file-settings.ts';

/** A batch of an earlier version is made of lines, too. */
export function openFile(
  { path, ...settings }: Omit<FileSettings, 'path'> & { readonly path: string | undefined },
  { encodings, log }: SinkContext,
): Output {
  if (path === undefined) throw new Error('the file sink has no FILE_PATH');
  return {
    kind: 'batches',
    encoder: { content: (record) => `${encodings.toJson(record)}\n` },
    transport: new FileTransport({ ...settings, path }, log),
    maxBatchBytes: settings.rotateBytes,
  };
}
