// Loaded before every test file: where coverage is measured, it is that of the tests of sources, and neither other
// tests nor programs that tests start are made slower.
import { stopCoverage } from 'node:v8';
import { isTestOfSource } from '../../../scripts/test/tests-of-sources.ts';

if (process.env['NODE_TEST_CONTEXT'] !== undefined && process.env['NODE_V8_COVERAGE'] !== undefined) {
  delete process.env['NODE_V8_COVERAGE'];
  if (!isTestOfSource(process.argv[1] ?? '')) stopCoverage();
}
