// A worker thread that writes a capture into a named pipe: its waiting for the reader holds up nobody, its CPU is not
// the reader's.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// Node 20 does not hand tsx on to worker threads.
register();
const { writeCapture } = await import('./capture-file.ts');
const { packets, bytes } = writeCapture(workerData.descriptor, workerData.workload);
parentPort?.postMessage({ packets, bytes });
