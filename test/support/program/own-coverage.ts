// Loaded before every test file: where coverage is measured, it is that of tests which mirror src/, themselves.
// Programs that they start are not made slower.
import { relative } from 'node:path';
import { stopCoverage } from 'node:v8';
import { testsOfSources } from '../../../scripts/test/tests-of-sources.ts';

if (process.env['NODE_TEST_CONTEXT'] !== undefined && process.env['NODE_V8_COVERAGE'] !== undefined) {
  const file = relative('.', process.argv[1] ?? '');
  if (!testsOfSources().some((test) => file === test || file.startsWith(`${test}/`))) stopCoverage();
  delete process.env['NODE_V8_COVERAGE'];
}
