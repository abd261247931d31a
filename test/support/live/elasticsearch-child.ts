// Run by the live tests in a network namespace: a log server. Prints one line when it listens, and the ids of what it
// has stored when its input ends.
import { FakeElasticsearch } from '../sink/fake-elasticsearch.ts';

const server = new FakeElasticsearch(JSON.parse(process.argv[2] ?? '{}'));
await server.start();
console.log(JSON.stringify({ listening: true }));
process.stdin.resume().on('end', async () => {
  console.log(JSON.stringify({ stored: [...server.documents.values()].map(({ id }) => id) }));
  await server.stop();
});
