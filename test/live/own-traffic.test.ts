// The logger never logs what it says to its own log server.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { inside, liveTest, runClient, startServer } from '../tools/namespaces.ts';
import { startCapture } from '../tools/run-logger.ts';

const elasticsearchPort = 9200;
const script = fileURLToPath(new URL('./elasticsearch-child.ts', import.meta.url));
const child = [process.execPath, '--import', 'tsx', script, JSON.stringify({ port: elasticsearchPort })];

liveTest(
  'what is sent to Elasticsearch over the captured interface is not logged, all else is',
  { namespaces: 1 },
  async (here) => {
    await startServer(here);
    const elasticsearch = here.start(child);
    await elasticsearch.event((event) => event.listening === true, 'log server');
    const env = {
      MODE: 'debug',
      IFACE: 'lo',
      SEND_LOGS_TO: 'stdout,elasticsearch',
      ELASTICSEARCH_HOST: '127.0.0.1',
      ELASTICSEARCH_GZIP: 'false',
      BATCH_AGE_MS: '20',
    };
    const logger = await startCapture(env, inside(here));
    const paths = Array.from({ length: 10 }, (_, index) => `/text?${index}`);
    for (const path of paths) {
      await runClient(here, 'once', { host: '127.0.0.1', path });
      await logger.until(({ records }) => records.some(({ url }) => url === path), path);
    }
    // Others may talk to the same server on the same port.
    const foreign = `http://127.0.0.1:${elasticsearchPort}/_bulk/foreign`;
    here.run([process.execPath, '-e', `fetch('${foreign}').then((response) => response.text())`]);
    await logger.until(({ records }) => records.some(({ url }) => url === '/_bulk/foreign'), 'foreign request');
    const { code, records, stderr } = await logger.stop();
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      records.map(({ url }) => url),
      [...paths, '/_bulk/foreign'],
    );
    assert.match(stderr, / connections_own_traffic=[1-9]/);
    elasticsearch.endInput();
    const { stored } = (await elasticsearch.event((event) => 'stored' in event, 'account')) as {
      stored?: readonly string[];
    };
    assert.deepEqual(stored?.toSorted(), records.map(({ id }) => id).toSorted());
  },
);
