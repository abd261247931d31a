import { isatty } from 'node:tty';
import { type CaptureFileOptions, createCaptureFileSource } from '../capture/file/capture-file-source.ts';
import { defaultFilter } from '../capture/live/packet-filter.ts';
import type { SourceEnd } from '../capture/source.ts';
import { Progress } from '../telemetry/progress.ts';
import type { Logger } from './logger.ts';

/** Reads capture files to their end; on a terminal that shows no records, with its progress. */
export function runFile(logger: Logger, input: Pick<CaptureFileOptions, 'paths' | 'window'>): Promise<SourceEnd> {
  const { settings, log } = logger.options;
  if (settings.capture.filter !== defaultFilter) {
    log.warn('CAP_FILTER is for live capture only: every packet of the capture file is read.');
  }
  const progress = new Progress((text) => process.stderr.write(text), Date.now);
  const onProgress = (bytes: number, total: number | undefined) => progress.update(bytes, total, logger.exchanges);
  // Records on the same terminal would be mixed up with it.
  const isShown = isatty(2) && !isatty(1);
  log.debug(`reading ${input.paths.join(', ')}`);
  const options = { ...input, ready: () => logger.ready(), ...(isShown ? { onProgress } : {}) };
  return logger.run(createCaptureFileSource(options, logger.counters), () => progress.end());
}
