import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startProgram } from '../support/program/start-program.ts';

const module = fileURLToPath(new URL('../../src/app/input-silence.ts', import.meta.url));
const script = `import { inputSilence } from '${module}';
  console.log('watching');
  inputSilence(Number(process.argv[1])).then((why) => { console.log(why); process.exit(); });`;

function watch(timeoutMs: number) {
  const words = ['--import', 'tsx', '--input-type=module', '--eval', script, String(timeoutMs)];
  const child = startProgram(process.execPath, words);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ended = new Promise<string>((resolve) =>
    child.once('close', () => resolve(said.trim().split('\n').at(-1) ?? '')),
  );
  return { child, ended };
}

test('standard input that ends is silent at once', async () => {
  const { child, ended } = watch(3_600_000);
  child.stdin.end('\n\n');
  assert.equal(await ended, 'standard input has ended');
});

test('standard input from which nothing comes is silent when the time has passed', async () => {
  const { ended } = watch(50);
  assert.equal(await ended, 'nothing has come from standard input for 0.05 s');
});

test('each line begins the time again', async () => {
  const { child, ended } = watch(2000);
  const begin = performance.now();
  // Longer than the time together, but never without a line for as long.
  for (let lines = 0; lines < 30; lines++) {
    child.stdin.write('\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.stdin.end();
  const why = await ended;
  // On a machine that stood still for two seconds the other answer is right, too.
  assert.ok(why === 'standard input has ended' || performance.now() - begin > 5000, why);
});
