// A forward server in a process of its own, to be killed and stopped. Writes the id of each record to a file before it
// acknowledges.
import { openSync, writeSync } from 'node:fs';
import { ForwardServer } from './forward-server.ts';

const [file = '', port = '0', host = '127.0.0.1'] = process.argv.slice(2);
const output = openSync(file, 'a');
const server = new ForwardServer();
server.store = (entries) => {
  if (entries.length > 0) writeSync(output, entries.map(({ record }) => `${record.id}\n`).join(''));
};
await server.start(Number(port), host);
process.stdout.write(`${server.port}\n`);
