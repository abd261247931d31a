// Records everything that comes out of the program for every capture, and compares two recordings. Run:
// node --import tsx test/support/whole/outputs.ts golden                    writes test/whole/expected/ again
// node --import tsx test/support/whole/outputs.ts record FOLDER [PROGRAM]   of the golden and the sample captures
// node --import tsx test/support/whole/outputs.ts compare FOLDER OTHER      says which outputs differ, and where first
// PROGRAM is another dist/main.js; /metrics is made of the sources of this checkout all the same.
import { resolve } from 'node:path';
import { sampleCaptures } from '../capture/sample-captures.ts';
import { program } from '../program/run-logger.ts';
import { differences } from './differences.ts';
import { expectedFolder, goldenPaths } from './golden-paths.ts';
import { recordOutputs } from './record-outputs.ts';
import { Recording } from './recording.ts';

const [command, ...words] = process.argv.slice(2);
process.exitCode = await run(words);

async function run([folder, other]: readonly string[]): Promise<number> {
  if (command === 'golden') {
    (await recordOutputs(program, goldenPaths)).write(expectedFolder);
    return 0;
  }
  if (command === 'record' && folder !== undefined) {
    const captures = [...goldenPaths, ...sampleCaptures().map(({ path }) => path)];
    const recording = await recordOutputs(other === undefined ? program : resolve(other), captures);
    recording.write(folder);
    console.log(`${captures.length} captures, ${recording.outputs.length} outputs each: ${folder}`);
    return 0;
  }
  if (command === 'compare' && folder !== undefined && other !== undefined) {
    const found = differences(Recording.read(folder), Recording.read(other));
    for (const difference of found) console.log(difference);
    console.log(found.length === 0 ? 'everything is the same' : `${found.length} differences`);
    return found.length === 0 ? 0 : 1;
  }
  console.error('golden | record FOLDER [PROGRAM] | compare FOLDER OTHER');
  return 2;
}
