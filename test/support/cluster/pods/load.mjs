// load.mjs URL PER_SECOND COUNT [PATH...]: GET requests at this rate, each with its number and what PATH adds to it.
// Prints a line of JSON for each: `{"path", "status"?, "pod"?}`, without a status where there was no answer. First it
// waits until `URL/ready` answers: a Service gets its way into a node a little after its pods are ready.
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';

const [base, perSecond, count, path = ''] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
const lines = [];
let sent = 0;

function finish(line) {
  lines.push(JSON.stringify(line));
  if (lines.length === Number(count)) process.stdout.write(`${lines.join('\n')}\n`);
}

function ask(number) {
  const asked = `/n/${number}${path}`;
  const request = http.get(`${base}${asked}`, { agent, timeout: 20_000 }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    response.once('end', () => finish({ path: asked, status: response.statusCode, pod: body.slice(0, 100).trim() }));
    response.once('error', () => finish({ path: asked }));
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => finish({ path: asked }));
}

function isReady() {
  return new Promise((resolve) => {
    const request = http.get(`${base}/ready${path}`, { timeout: 2_000 }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode === 200));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

for (let tries = 0; tries < 200 && !(await isReady()); tries++) await setTimeout(200);
const begin = performance.now();
const timer = setInterval(() => {
  const due = Math.min(Number(count), ((performance.now() - begin) / 1000) * Number(perSecond));
  while (sent < due) ask(sent++);
  if (sent < Number(count)) return;
  clearInterval(timer);
}, 5);
