// Runs every test file with node's own runner. `npm test -- test/tcp` runs the files under that folder only,
// `npm test -- --light` all but the heavy ones.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';

/**
 * Tell little about the Node that they run on, and need what takes minutes to fetch or start: search nodes, containers,
 * programs in other languages.
 */
const heavy = ['test/deploy/', 'test/e2e/', 'test/image/', 'test/sink/fluentd/fluentd-collector.test.ts'];
/** Only where a cluster was brought up for them: `npm run test:cluster`. */
const clusterTests = 'test/cluster/';

const words = process.argv.slice(2);
const isLight = words.includes('--light');
const wanted = words.filter((word) => word !== '--light');
const roots = wanted.length > 0 ? wanted : ['test'];
const isLeftOut = (file) =>
  (isLight && heavy.some((folder) => file.startsWith(folder))) ||
  (wanted.length === 0 && file.startsWith(clusterTests));
const files = roots
  .flatMap((root) =>
    statSync(root).isFile()
      ? [root]
      : readdirSync(root, { recursive: true })
          .map((name) => `${root}/${name}`)
          .filter((name) => name.endsWith('.test.ts')),
  )
  .filter((file) => !isLeftOut(file));
const reporter = process.env.CI ? 'spec' : process.stdout.isTTY ? 'spec' : 'dot';
const run = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--import',
    './test/support/program/fixed-seed.ts',
    '--import',
    './test/support/program/own-coverage.ts',
    '--import',
    './test/support/program/file-deadline.ts',
    '--test',
    // Of a test, also of a whole file, in milliseconds: many times what the longest file takes on a quiet machine.
    '--test-timeout=1200000',
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/test/skipped-tests.mjs',
    '--test-reporter-destination=stdout',
    // One more than the cores that there are at least: many files wait for programs most of their time.
    '--test-concurrency=3',
    ...files.sort(),
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
