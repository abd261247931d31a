import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../image/containers.ts';

const { PATH = '' } = process.env;
const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', PATH: `${PATH}:/usr/local/go/bin` };

/** A peer in another language, which is built once: outside of the checkout, one for each version of its sources. */
export class BuiltPeer {
  /** Where it is when it is there. */
  readonly folder: string;
  readonly #name: string;
  readonly #sources: string;
  readonly #commands: readonly string[];

  /** `commands` build it in a copy of its sources, for a shell. */
  constructor(name: string, commands: readonly string[]) {
    this.#name = name;
    this.#commands = commands;
    this.#sources = fileURLToPath(new URL(`./peers/${name}`, import.meta.url));
    const hash = createHash('sha256').update(commands.join('\n'));
    for (const file of readdirSync(this.#sources).sort()) hash.update(readFileSync(join(this.#sources, file)));
    this.folder = join(cacheFolder, `grpc-${name}-${hash.digest('hex').slice(0, 12)}`);
  }

  get missing(): string | false {
    if (existsSync(this.folder)) return false;
    return `no ${this.#name} peer; \`node --import tsx test/support/e2e/grpc/peers.ts\` builds it`;
  }

  /** Throws if that is not possible here. */
  build(): void {
    if (existsSync(this.folder)) return;
    mkdirSync(cacheFolder, { recursive: true });
    // Within the cache's own file system, so that nobody ever sees half a peer.
    const unfinished = mkdtempSync(join(cacheFolder, 'unfinished-'));
    try {
      cpSync(this.#sources, unfinished, { recursive: true });
      const run = spawnSync('sh', ['-ec', this.#commands.join('\n')], {
        cwd: unfinished,
        env,
        stdio: ['ignore', 2, 2],
      });
      if (run.status !== 0) throw run.error ?? new Error(`${this.#name} could not be built: ${run.status}`);
      renameSync(unfinished, this.folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
}
