// The file sink keeps the contract of sinks: into a file on a disk that may be full, rotated or not, and into a pipe.
import { execFileSync } from 'node:child_process';
import { constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FileSettings } from '../../../src/sink/file/file-settings.ts';
import { type ContractServer, sinkContract } from '../../support/sink/contract.ts';
import { encodeLine, fillUp, idsIn, KiB, mountSmall, openFile, unmount } from '../../support/sink/file-tools.ts';

/** A file on a disk of its own: away means full. */
async function openOnDisk(changes: Partial<FileSettings>): Promise<ContractServer> {
  const directory = mkdtempSync(join(tmpdir(), 'file-contract-'));
  const isMounted = mountSmall(directory, 'size=16m');
  const path = join(directory, 'records.log');
  const { transport } = openFile(path, changes);
  return {
    transport,
    encoder: { content: encodeLine },
    received: () => (existsSync(path) ? idsIn(path) : []),
    behave: async (behaviour) => {
      if (behaviour === 'away') fillUp(join(directory, 'filler'));
      else rmSync(join(directory, 'filler'), { force: true });
    },
    close: async () => {
      await transport.close();
      if (isMounted) unmount(directory);
      rmSync(directory, { recursive: true });
    },
  };
}

/** A pipe with a reader of its own. */
class PipeReader {
  readonly path = join(mkdtempSync(join(tmpdir(), 'file-contract-')), 'pipe');
  #text = '';
  #socket: Socket | undefined;

  constructor() {
    execFileSync('mkfifo', [this.path]);
  }

  ids(): readonly string[] {
    const lines = this.#text.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line).id);
  }

  /** Opened for both, it sees no end when a writer leaves. */
  read(): void {
    this.stop();
    const fd = openSync(this.path, constants.O_RDWR | constants.O_NONBLOCK);
    this.#socket = new Socket({ fd, readable: true, writable: false }).setEncoding('utf8').on('data', (text) => {
      this.#text += text;
    });
  }

  stop(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

async function openPipe(t: TestContext): Promise<ContractServer> {
  const reader = new PipeReader();
  reader.read();
  t.after(() => rmSync(join(reader.path, '..'), { recursive: true }));
  const { transport } = openFile(reader.path);
  return {
    transport,
    encoder: { content: encodeLine },
    received: () => reader.ids(),
    behave: async (behaviour) => {
      if (behaviour === 'working') reader.read();
      else reader.stop();
    },
    close: async () => {
      await transport.close();
      reader.stop();
    },
  };
}

const noMount = (() => {
  const directory = mkdtempSync(join(tmpdir(), 'file-contract-'));
  const isMounted = mountSmall(directory, 'size=64k');
  if (isMounted) unmount(directory);
  rmSync(directory, { recursive: true });
  return isMounted ? undefined : 'needs the right to mount a small file system';
})();
const cannot = {
  silent: 'a file system answers, if only with an error',
  refusing: 'a file takes every record',
};

const variants: readonly (readonly [name: string, changes: Partial<FileSettings>])[] = [
  ['file', {}],
  ['file that is rotated often', { rotateBytes: 64 * KiB }],
  ['file that is rotated often and compressed', { rotateBytes: 64 * KiB, gzip: true }],
];
for (const [name, changes] of variants) {
  sinkContract(name, () => openOnDisk(changes), { cannot, missing: noMount });
}
sinkContract('file that is a pipe', openPipe, {
  cannot,
  unacknowledged: 'what is in a pipe is lost with its reader',
  uncheckable: 'a check opens no pipe',
});
