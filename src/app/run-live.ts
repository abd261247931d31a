import { createLiveSource } from '../capture/live/live-source.ts';
import { portsFilter } from '../capture/live/packet-filter.ts';
import type { SourceEnd } from '../capture/source.ts';
import type { Settings } from '../config/settings.ts';
import type { DemoTraffic } from '../demo/demo-traffic.ts';
import { keepReleasingProgramPages } from '../system/program-pages.ts';
import type { Log } from '../telemetry/log.ts';
import { describeStart, interfaceNames, ringSize } from './capture-plan.ts';
import type { Logger } from './logger.ts';

/** Captures until the logger is stopped; the demo captures its own traffic alone and ends with it. */
export async function runLive(logger: Logger, isDemo: boolean): Promise<SourceEnd> {
  const { settings, log } = logger.options;
  const { capture, mode, sinks } = settings;
  keepReleasingProgramPages();
  const traffic = isDemo || mode === 'development' ? await startTraffic(settings, log) : undefined;
  if (isDemo && traffic === undefined) return { kind: 'failed', message: 'the demo needs traffic of its own' };
  const filter = isDemo && traffic !== undefined ? portsFilter(traffic.ports) : capture.filter;
  const live = {
    interfaces: interfaceNames(capture),
    filter,
    otherHosts: capture.otherHosts,
    tunnels: !isDemo && capture.decapsulates === true,
    ring: ringSize(capture.ringBytes),
  };
  const source = createLiveSource(live, logger.counters, {
    log,
    started: (start) => {
      const what = isDemo ? 'capturing packets of the demo on lo' : describeStart(capture, start);
      log.info(`${what}; records go to ${sinks.sendLogsTo.join(', ')}`);
    },
  });
  const running = logger.run(source);
  if (traffic === undefined) return running;
  const talking = isDemo ? traffic.talk() : traffic.keepTalking();
  await Promise.race([talking, running]).catch((error) => log.error(`the demo's traffic failed: ${error}`));
  if (isDemo) logger.stop();
  const end = await running;
  traffic.stop();
  return end;
}

/** A client that gets no answer waits until the timeout is logged. */
async function startTraffic({ exchange }: Settings, log: Log): Promise<DemoTraffic | undefined> {
  const { DemoTraffic } = await import('../demo/demo-traffic.ts');
  const traffic = new DemoTraffic(exchange.timeoutMs + exchange.timeoutCheckMs + 1000);
  try {
    await traffic.listen();
    return traffic;
  } catch (error) {
    traffic.stop();
    log.error(`there is no demo traffic: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
