import { basename } from 'node:path';
import { captureOutputs } from './capture-outputs.ts';
import { programOutputs } from './program-outputs.ts';
import { Recording } from './recording.ts';
import { LostDatagramsError } from './recording-udp-server.ts';

/** Captures that are read at the same time: most of a run is waiting for log servers. */
const atATime = 4;
const tries = 3;

/** Everything that the program at `program` makes of each capture file, and what it says without one. */
export async function recordOutputs(program: string, captures: readonly string[]): Promise<Recording> {
  const recording = new Recording();
  const left = captures.values();
  const work = async () => {
    for (const capture of left) recording.add(await recordCapture(program, capture));
  };
  await Promise.all(Array.from({ length: atATime }, work));
  recording.add(await recordProgram(program));
  return recording;
}

export async function recordCapture(program: string, capture: string): Promise<Recording> {
  const recording = new Recording();
  const outputs = await untilDone(() => captureOutputs(program, capture));
  for (const [output, text] of outputs) recording.set(output, basename(capture), text);
  return recording;
}

/** All that does not depend on what is captured is one output, with a name for each case. */
export async function recordProgram(program: string): Promise<Recording> {
  const recording = new Recording();
  for (const [name, text] of await programOutputs(program)) recording.set('program', name, text);
  return recording;
}

async function untilDone<Result>(make: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof LostDatagramsError) || attempt === tries) throw error;
    }
  }
}
