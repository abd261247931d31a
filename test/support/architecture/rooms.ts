import type { Import } from './imports.ts';
import { finding } from './source-tree.ts';

/** What everything stands on, and which knows nothing of it. */
const groundFloor = ['bytes', 'telemetry'];
/** Each reads one syntax, and knows no other. */
const protocols = ['http1', 'http2', 'websocket', 'tls'];
/** In the order of the data flow: a stage knows itself and what is to its left. */
const stages = ['capture', 'packet', 'tcp', 'stream', 'http', 'grpc', ...protocols, 'exchange', 'record', 'sink'];
/** The two ends, which touch the world. */
const ends = ['capture', 'sink'];
const besides = ['config', 'metrics', 'demo', 'app', ''];

/** What each folder in `src/` knows apart from itself. The files directly in `src/` are the folder without a name. */
const known: Readonly<Record<string, readonly string[]>> = {
  bytes: [],
  telemetry: ['bytes'],
  system: groundFloor,
  ...Object.fromEntries(stages.map((stage) => [stage, [...groundFloor, ...toTheLeft(stage), ...systemOf(stage)]])),
  config: groundFloor,
  metrics: [...groundFloor, 'system', ...stages],
  demo: groundFloor,
  app: [...groundFloor, 'system', ...stages, ...besides],
  '': [...groundFloor, 'system', ...stages, ...besides],
};

/** These only compute: no I/O, no clock, no environment, no state that outlives a call or an instance. */
export const middleRooms: readonly string[] = [...groundFloor, ...stages.slice(1, stages.indexOf('sink'))];
/** Where a source file may be, below `src/`. Those that are to come may be absent. */
export const rooms: readonly string[] = Object.keys(known);

/** The folder in `src/`, empty for a file directly in it. */
export function roomOf(path: string): string {
  const [, room = '', ...rest] = path.split('/');
  return rest.length > 0 ? room : '';
}

/** What the imports of `src/` have against the flow. */
export function againstTheFlow(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ from, target, isOwn }) => isOwn && !mayImport(from.path, target))
    .map(({ from, target, node }) => {
      const room = roomOf(from.path);
      const others = (known[room] ?? []).map((other) => (other === '' ? 'files in src/' : `${other}/`));
      return finding(
        from,
        node,
        `${target} is not to be known here: ${room}/ knows only ${others.join(', ') || 'itself'}`,
      );
    });
}

/** Whether a file may import another, both from the top of the tree. */
export function mayImport(from: string, target: string): boolean {
  if (!target.startsWith('src/') || target === 'src/main.ts') return false;
  if (target === 'src/sinks.ts' && roomOf(from) === 'config') return true;
  if (/^src\/sink\/[^/]+\/variables\.ts$/.test(from) && valueKinds.test(target)) return true;
  const room = roomOf(target);
  return room === roomOf(from) || (known[roomOf(from)] ?? []).includes(room);
}

/** What variables are made of, and their messages: the sinks describe theirs by it. */
const valueKinds = /^src\/config\/([a-z-]+-kinds|kind|variable|secret|quote)\.ts$/;

/** Calls of the kernel and the C library are not for what only computes. */
function systemOf(stage: string): readonly string[] {
  return ends.includes(stage) ? ['system'] : [];
}

function toTheLeft(room: string): readonly string[] {
  const left = stages.slice(0, stages.indexOf(room));
  // One syntax knows no other, and what comes after them knows none.
  return left.includes('http1') || protocols.includes(room) ? left.filter((other) => !protocols.includes(other)) : left;
}
