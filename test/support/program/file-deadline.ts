// Loaded before every test file: ends a file that hangs, whatever it hangs in (also a call that blocks the thread,
// which no test's timeout can end).
import { Worker } from 'node:worker_threads';

const limitSeconds = 1200;
const watch = `
  setTimeout(() => {
    require('node:fs').writeSync(2, require('node:worker_threads').workerData);
    process.kill(process.pid, 'SIGKILL');
  }, ${limitSeconds * 1000});
`;

// Not in the test runner itself, which lives as long as all files together.
if (process.env['NODE_TEST_CONTEXT'] !== undefined) {
  const workerData = `${process.argv[1]} has not ended after ${limitSeconds} s and is killed\n`;
  new Worker(watch, { eval: true, execArgv: [], workerData }).unref();
}
