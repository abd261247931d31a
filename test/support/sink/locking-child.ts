// Run by the tests of the spool's lock, and stopped and killed by them. Each line of its input is what to do with the
// lock at the path that it is given, each line of its output what came of it.
import { mkdirSync, rmdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { SpoolLock } from '../../../src/sink/spool/spool-lock.ts';

const [path = ''] = process.argv.slice(2);
let lock: SpoolLock | undefined;

async function acquire(): Promise<string> {
  try {
    lock = await SpoolLock.acquire(path);
    return `held by ${process.pid}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function release(): Promise<string> {
  await lock?.release();
  lock = undefined;
  return 'released';
}

/** Takes the lock this many times; while it is held, a directory is there that can only be made once. */
async function takeTurns(turns: number): Promise<string> {
  const room = `${path}-room`;
  for (let held = 0; held < turns; ) {
    const isHeld = (await acquire()).startsWith('held');
    if (isHeld) {
      mkdirSync(room);
      await new Promise(setImmediate);
      rmdirSync(room);
      await release();
      held++;
    }
    await new Promise(setImmediate);
  }
  return 'done';
}

const actions: { readonly [word: string]: () => Promise<string> } = { acquire, release, turns: () => takeTurns(100) };

console.log('ready');
for await (const word of createInterface({ input: process.stdin })) {
  console.log(await actions[word]?.().catch((error) => String(error)));
}
