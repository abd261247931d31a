import { type CounterName, type Counters, counterMeanings } from '../telemetry/counters.ts';
import type { Metric } from './metric.ts';

/** Every counter of the account under its own name. */
export function counterMetrics(counters: Counters): readonly Metric[] {
  return (Object.keys(counterMeanings) as CounterName[]).map((name) => {
    return {
      name: metricName(name),
      type: 'counter',
      help: sentence(counterMeanings[name]),
      samples: [{ value: counters[name] }],
    };
  });
}

export function metricName(counter: CounterName): string {
  return `http_logger_${counter}`;
}

function sentence(meaning: string): string {
  return `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
}
