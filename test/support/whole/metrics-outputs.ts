import './pinned-machine.mjs';
import { Logger } from '../../../src/app/logger.ts';
import { createCaptureFileSource } from '../../../src/capture/file/capture-file-source.ts';
import type { Source } from '../../../src/capture/source.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { ownPort } from '../program/own-port.ts';
import type { Ends, Outputs } from './capture-outputs.ts';

/** Depend on the process or on the moment. */
const volatile = /^((process|nodejs)_\w+|http_logger_build_info|http_logger_sink_oldest_record_age_seconds)\b.*$/gm;

/**
 * The metrics after all packets of a capture file as a live capture would show them: what is not 0, in the pod of the
 * first exchange's server; and in that of its client what is about requests.
 */
export async function metricsOutputs(capture: string, ends: Ends | undefined): Promise<Outputs> {
  const pageFor = (end: keyof Ends) => metricsPage(capture, ends === undefined ? [] : [ends[end]], '*/*');
  const [atServer, atClient] = [samplesOf(await pageFor('server')), samplesOf(await pageFor('client'))];
  return new Map([
    ['metrics.server', atServer],
    ['metrics.client', atClient.replace(/^http_logger_(?!unanswered).*\n/gm, '')],
  ]);
}

/**
 * All of `/metrics` when the last packet was read and the connections are still open. Made of the sources: the program
 * itself has metrics in live captures only.
 */
export async function metricsPage(capture: string, localIps: readonly string[], accept: string): Promise<string> {
  const port = await ownPort();
  const loaded = loadSettings({
    METRICS_HOST: '127.0.0.1',
    METRICS_PORT: String(port),
    SEND_LOGS_TO: 'file',
    FILE_PATH: '/dev/null',
    BATCH_AGE_MS: '60000',
  });
  if (loaded.kind !== 'ok') throw new Error(loaded.problems.join(' '));
  const logger = await Logger.create({
    settings: loaded.settings,
    isLive: true,
    readsToEnd: false,
    where: 'reading a capture file',
    captureFiles: 1,
    localIps,
    pretty: undefined,
    hostname: 'pinned-host',
    version: '0',
    readBody: undefined,
    nameOf: undefined,
    clientIp: { form: 'full' },
    log: createLog(
      () => {},
      false,
      () => new Date(),
    ),
  });
  const file = createCaptureFileSource({ paths: [capture] }, logger.counters);
  let page = '';
  const source: Source = {
    stop: () => file.stop(),
    run: async (pipeline) => {
      const end = await file.run(pipeline);
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { accept } });
      page = `${answer.status} ${answer.headers.get('content-type')}\n${await answer.text()}`;
      return end;
    },
  };
  await logger.run(source);
  return page.replace(volatile, '$1 ...');
}

/** Without what repeats the bucket before it, too. */
function samplesOf(page: string): string {
  let last = '';
  const lines = page.split('\n').filter((line) => {
    const [sample = '', value = ''] = line.split(/ (?=[^ ]*$)/);
    const series = sample.replace(/,le="[^"]*"/, '');
    const isRepeated = sample !== series && last === `${series} ${value}`;
    last = `${series} ${value}`;
    return line !== '' && !line.startsWith('#') && value !== '0' && value !== '...' && !isRepeated;
  });
  return `${lines.join('\n')}\n`;
}
