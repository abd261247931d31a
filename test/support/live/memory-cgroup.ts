// A cgroup of the tests' own, with a memory limit as a container has it.
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the memory controller is, and what it calls the limit: version 1, else 2. */
const hierarchies = [
  { line: /^\d+:memory:(.*)$/m, root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { line: /^0::(.*)$/m, root: '/sys/fs/cgroup', limit: 'memory.max' },
];
let count = 0;

export class MemoryCgroup {
  readonly #folder: string;

  /** Throws where none can be made. */
  constructor(limitBytes: number) {
    const own = readFileSync('/proc/self/cgroup', 'utf8');
    const used = hierarchies.find(({ line }) => line.test(own));
    if (used === undefined) throw new Error('no memory controller');
    count++;
    this.#folder = join(used.root, used.line.exec(own)?.[1] ?? '/', `khl-${process.pid}-${count}`);
    mkdirSync(this.#folder);
    try {
      writeFileSync(join(this.#folder, used.limit), String(limitBytes));
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** What a command is run under. */
  get under(): readonly string[] {
    return ['sh', '-c', `echo $$ > ${join(this.#folder, 'cgroup.procs')} && exec "$@"`, 'sh'];
  }

  /** Once its processes have ended. */
  remove(): void {
    rmdirSync(this.#folder);
  }
}

/** Why there can be none here, or `false`. */
export const memoryCgroupMissing: string | false = (() => {
  try {
    new MemoryCgroup(64 * 1024 * 1024).remove();
    return false;
  } catch (error) {
    return `a cgroup with a memory limit cannot be made: ${error instanceof Error ? error.message : error}`;
  }
})();
