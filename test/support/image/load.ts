// Run by the tests in a network namespace: asks a server as often and as fast as told, over a few connections that stay
// open, and ends with 0 when every request was answered. Its word is a JSON object.
import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const { host, port, count, perSecond } = JSON.parse(process.argv[2] ?? '{}');
const agent = new Agent({ keepAlive: true, maxSockets: 10 });

function ask(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host, port, path, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', reject);
  });
}

const started = performance.now();
const answers: Promise<number | undefined>[] = [];
while (answers.length < count) {
  const due = Math.min(count, Math.ceil(((performance.now() - started) / 1000) * perSecond));
  while (answers.length < due) answers.push(ask(`/prices/${answers.length}`));
  await sleep(5);
}
for (const status of await Promise.all(answers)) assert.equal(status, 200);
agent.destroy();
