import type { Metric } from './metric.ts';

/** The process itself, under the names that Prometheus dashboards know. */
export function processMetrics(version: string): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return [
    {
      name: 'http_logger_build',
      type: 'info',
      help: 'The version of this logger and of Node.js.',
      samples: [{ labels: { version, node: process.versions.node }, value: 1 }],
    },
    {
      name: 'process_cpu_seconds',
      type: 'counter',
      help: 'User and system CPU time.',
      samples: [{ value: (user + system) / 1e6 }],
    },
    gauge('process_resident_memory_bytes', 'Resident memory, shared pages of the binary included.', rss),
    gauge('process_start_time_seconds', 'When the process started, seconds since the epoch.', startTime),
    gauge('nodejs_heap_used_bytes', 'Memory of JavaScript objects.', heapUsed),
    gauge('nodejs_external_memory_bytes', 'Memory of buffers outside of the heap.', external),
  ];
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, type: 'gauge', help, samples: [{ value }] };
}

const startTime = Date.now() / 1000 - process.uptime();
