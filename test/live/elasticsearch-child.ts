// Run by the live tests in a network namespace: a log server on loopback. Prints one line when it listens, and the ids of what it has stored
// when its input ends.
import { FakeElasticsearch } from '../sink/fake-elasticsearch.ts';

const { port } = JSON.parse(process.argv[2] ?? '{}');
const server = new FakeElasticsearch({ port });
await server.start();
console.log(JSON.stringify({ listening: true }));
process.stdin.resume().on('end', async () => {
  console.log(JSON.stringify({ stored: [...server.documents.values()].map(({ id }) => id) }));
  await server.stop();
});
