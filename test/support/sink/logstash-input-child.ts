// Run by tests, and killed and stopped by them: an input of Logstash (`tcp` or `http`) that appends the id of each
// record to a file. Says its port.
import { appendFileSync } from 'node:fs';
import { HttpInput, TcpInput } from './logstash-inputs.ts';

const [file = '', port = '0', type = 'tcp'] = process.argv.slice(2);
const input = type === 'http' ? new HttpInput() : new TcpInput();
input.events.onTaken = (records) => {
  appendFileSync(file, records.map(({ id }) => `${id}\n`).join(''));
  input.events.all.length = 0;
};
input.port = Number(port);
await input.start();
process.stdout.write(`${input.port}\n`);
