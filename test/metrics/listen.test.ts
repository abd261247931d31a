import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { listen, listenProblem } from '../../src/metrics/listen.ts';

test('why a port cannot be opened is a clause, and a port that can is closed again', async (t) => {
  const other = createServer();
  t.after(() => other.close());
  const port = await listen(other, { host: '127.0.0.1', port: 0 });
  if (typeof port === 'string') return assert.fail(port);
  const taken = `port ${port} is taken by another process`;
  assert.equal(await listenProblem({ host: '127.0.0.1', port }), taken);
  assert.equal(await listenProblem({ host: undefined, port }), taken);
  await new Promise((resolve) => other.close(resolve));
  for (let times = 0; times < 2; times++) assert.equal(await listenProblem({ host: '127.0.0.1', port }), undefined);
  // An address for documentation is nobody's.
  assert.equal(await listenProblem({ host: '192.0.2.1', port }), '192.0.2.1 is no address of this pod');
});
