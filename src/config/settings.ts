import { arrangeSinks, hasEffect, sinkOf, sinkPlaces } from '../sinks.ts';
import { clientIpWarnings } from './client-ip.ts';
import { type Problem, problemsTogether } from './conflicts.ts';
import { arrangeDelivery } from './delivery-variables.ts';
import { type Environment, readEnvironment, refusal, showWritten } from './env.ts';
import { interfacesThere, type PresentInterface } from './interface-kind.ts';
import { fitToMemory, memoryWarnings } from './memory-fit.ts';
import { arrangeMetrics } from './metrics-variables.ts';
import type { Values } from './variable.ts';
import { type VariableReading, variables } from './variables.ts';

/**
 * The configuration in sections, one for each stage that takes one. Sizes are bytes and times milliseconds, as their
 * names say.
 */
export type Settings = ReturnType<typeof arrange>;

export type LoadedSettings = (
  | { readonly kind: 'ok'; readonly settings: Settings }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }
) & {
  readonly warnings: readonly string[];
  /** CAP_FILTER, whatever else is wrong: only libpcap can tell whether it is allowed. */
  readonly filter: string;
};

type VariableName = keyof typeof variables;

/** Where the program runs. */
export type Machine = {
  /** Of the container, where there is one. */
  readonly memoryLimitBytes?: number | undefined;
  /** What a wrong IFACE may have meant. */
  readonly interfaces?: () => readonly PresentInterface[];
};

/** Reads the whole configuration from an environment; reports all problems at once, one sentence each. Never throws. */
export function loadSettings(env: Environment, { memoryLimitBytes, interfaces }: Machine = {}): LoadedSettings {
  const reading = readEnvironment(variables, env);
  const sinks = chooseSinks(reading);
  const isUnused = ({ sink }: Problem) =>
    sink !== undefined && !reading.refused.has('SEND_LOGS_TO') && !sinks.sendLogsTo.some((name) => name === sink);
  const found = [...refusals(reading, interfaces), ...problemsTogether(reading)];
  const problems = found.filter((problem) => !isUnused(problem)).map(({ sentence }) => sentence);
  const links = [...reading.serviceLinks].filter(([name]) => hasEffect(name, reading.values, sinks.sendLogsTo));
  const warnings = [
    ...links.map(([, warning]) => warning),
    ...reading.warnings,
    ...sinks.warnings,
    ...found.filter(isUnused).map(unusedWarning),
  ];
  const { CAP_FILTER: filter } = reading.values;
  if (problems.length > 0) return { kind: 'invalid', problems, warnings, filter };
  const share = {
    limitBytes: memoryLimitBytes,
    queues: sinks.sendLogsTo.length,
    isGiven: (name: VariableName) => reading.given.has(name),
  };
  const values = fitToMemory(reading.values, share);
  warnings.push(...memoryWarnings(values, share), ...clientIpWarnings(values));
  return { kind: 'ok', settings: arrange(values, sinks.sendLogsTo, memoryLimitBytes), warnings, filter };
}

/** The one about interfaces says which there are. */
function refusals({ refused }: VariableReading, interfaces: Machine['interfaces'] = () => []): readonly Problem[] {
  return [...refused].map(([name, { problem, text }]) => {
    const there = name === 'IFACE' ? interfacesThere(text, interfaces()) : '';
    const sentence = there === '' ? problem : `${problem.replace(/\.$/, '')} (${there}).`;
    return { sentence, sink: sinkOf(name) };
  });
}

/** What is wrong with a sink that gets no records is no reason not to start. */
function unusedWarning({ sentence, sink }: Problem): string {
  return `${sentence.replace(/\.$/, '')}; no records go to ${sink}, so this changes nothing.`;
}

/** What to say when libpcap does not take the filter. */
export function filterRefusal(filter: string, because: string): string {
  return refusal({ name: 'CAP_FILTER', text: filter }, because, variables.CAP_FILTER);
}

function arrange(
  values: Values<typeof variables>,
  sendLogsTo: NonNullable<Values<typeof variables>['SEND_LOGS_TO']>,
  memoryLimitBytes: number | undefined,
) {
  return {
    mode: values.MODE,
    /** 0: nothing is read from standard input. */
    stdinTimeoutMs: values.STDIN_TIMEOUT_S * 1000,
    /** Of the container, where there is one. */
    memoryLimitBytes,
    capture: {
      interfaces: values.IFACE ?? (values.MODE === 'development' ? ['lo'] : 'default-route'),
      filter: values.CAP_FILTER,
      ringBytes: values.CAP_RING,
      otherHosts: values.OTHER_HOSTS,
      /** Undefined: of a capture file, but not live. */
      decapsulates: values.DECAPSULATE,
      localIps: values.LOCAL_IPS,
      drain: values.DRAIN,
    },
    tcp: {
      maxConnections: values.MAX_CONNECTIONS,
      maxBufferedBytes: values.MAX_BUFFERED,
      maxBufferedBytesPerConnection: values.MAX_BUFFERED_PER_CONNECTION,
      idleMs: values.CONNECTION_IDLE_S * 1000,
    },
    http: { maxHeadBytes: values.MAX_HEAD },
    sessions: values.SESSIONS,
    exchange: {
      timeoutMs: values.TIMEOUT_AFTER_MS,
      timeoutCheckMs: values.TIMEOUT_INTERVAL_CHECK,
      progressIntervalMs: values.PROGRESS_INTERVAL_S * 1000,
    },
    record: {
      schema: values.LOG_SCHEMA,
      headers: values.LOG_HEADERS,
      maxFields: values.MAX_FIELDS,
      forwardedHops: values.FORWARDED_HOPS,
      ignoreUrls: values.IGNORE_URLS,
      redact: {
        enabled: values.REDACT,
        headers: values.REDACT_HEADERS,
        params: values.REDACT_PARAMS,
        except: values.REDACT_EXCEPT,
      },
      bodies: values.LOG_BODIES,
      bodyLimitBytes: values.LOG_BODY_LIMIT,
      identity: {
        pod: values.POD_NAME,
        namespace: values.POD_NAMESPACE,
        node: values.NODE_NAME,
        labels: values.POD_LABELS,
      },
      peerNames: values.PEER_NAMES,
      redactPaths: values.REDACT_PATHS,
    },
    clientIp: { form: values.CLIENT_IP, key: values.CLIENT_IP_KEY },
    sinks: { sendLogsTo, ...arrangeSinks(values) },
    delivery: arrangeDelivery(values),
    metrics: arrangeMetrics(values),
    /** 0: no summary. */
    telemetry: { summaryIntervalMs: values.SUMMARY_INTERVAL_S * 1000 },
  } as const;
}

/** The predecessor's users set nothing but a Fluentd host, and their records must keep going there. */
function chooseSinks({ values, given }: VariableReading) {
  if (values.SEND_LOGS_TO !== undefined) return { sendLogsTo: values.SEND_LOGS_TO, warnings: [] };
  const places = sinkPlaces.flatMap((name) => given.get(name) ?? []);
  if (places.length === 1 && given.has('FLUENTD_HOST')) return { sendLogsTo: ['fluentd'] as const, warnings: [] };
  const warnings =
    places.length === 0 || given.has('SEND_LOGS_TO')
      ? []
      : [`${places.map(showWritten).join(' and ')} without SEND_LOGS_TO has no effect: records go to stdout.`];
  return { sendLogsTo: ['stdout'] as const, warnings };
}
