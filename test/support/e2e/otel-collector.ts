// An OpenTelemetry Collector with a `fluentforward` receiver: a forward server that is independent of our code and of
// npm's. Run this file to build one (`node --import tsx test/support/e2e/otel-collector.ts`): needs Go and its module
// proxy, and takes some minutes, once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const version = 'v0.160.0';
const contrib = 'github.com/open-telemetry/opentelemetry-collector-contrib';
const { PATH = '', XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
const cacheFolder = join(XDG_CACHE_HOME, 'k8s-internal-http-logger');

/** Where the program is once it is built: outside the checkout, one for each version. */
const collectorPath = join(cacheFolder, `otel-collector-${version}`);

/** The program, or why there is none. */
export function findCollector(): { readonly path: string } | { readonly missing: string } {
  return existsSync(collectorPath)
    ? { path: collectorPath }
    : {
        missing:
          'no OpenTelemetry Collector; `node --import tsx test/support/e2e/otel-collector.ts` builds one with Go',
      };
}

function buildCollector(): void {
  const folder = mkdtempSync(join(tmpdir(), 'otel-collector-'));
  const configuration = join(folder, 'builder.yaml');
  writeFileSync(
    configuration,
    `dist: { name: collector, module: collector, output_path: ${folder}/dist }
receivers: [{ gomod: ${contrib}/receiver/fluentforwardreceiver ${version} }]
exporters: [{ gomod: go.opentelemetry.io/collector/exporter/otlphttpexporter ${version} }]
`,
  );
  const builder = `go.opentelemetry.io/collector/cmd/builder@${version}`;
  const run = spawnSync('go', ['run', builder, `--config=${configuration}`], {
    stdio: ['ignore', 2, 2],
    cwd: folder,
    env: { ...process.env, CGO_ENABLED: '0', PATH: `${PATH}:/usr/local/go/bin` },
  });
  if (run.status === 0) {
    mkdirSync(cacheFolder, { recursive: true });
    // Within the cache's own file system, so that nobody ever sees half a program.
    const unfinished = `${collectorPath}.${process.pid}`;
    spawnSync('cp', [join(folder, 'dist', 'collector'), unfinished]);
    renameSync(unfinished, collectorPath);
  }
  rmSync(folder, { recursive: true });
  if (run.status !== 0) throw run.error ?? new Error(`the builder ended with ${run.status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !existsSync(collectorPath)) buildCollector();
