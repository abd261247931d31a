import type { Metric } from './metric.ts';

/** The process itself, under the names that Prometheus dashboards know. */
export function processMetrics(version: string): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const single = (name: string, type: 'counter' | 'gauge', help: string, value: number): Metric => {
    return { name, type, help, samples: [{ value }] };
  };
  return [
    {
      name: 'http_logger_build',
      type: 'info',
      help: 'The version of this logger and of Node.js.',
      samples: [{ labels: { version, node: process.versions.node }, value: 1 }],
    },
    single('process_cpu_seconds', 'counter', 'User and system CPU time.', (user + system) / 1e6),
    single('process_resident_memory_bytes', 'gauge', 'Resident memory, shared pages of the binary included.', rss),
    single('process_start_time_seconds', 'gauge', 'When the process started, seconds since the epoch.', startTime),
    single('nodejs_heap_used_bytes', 'gauge', 'Memory of JavaScript objects.', heapUsed),
    single('nodejs_external_memory_bytes', 'gauge', 'Memory of buffers outside of the heap.', external),
  ];
}

const startTime = Date.now() / 1000 - process.uptime();
