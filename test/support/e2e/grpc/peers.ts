// Clients and servers of gRPC in several languages. Run this file to build those that are not of npm (`node --import
// tsx test/support/e2e/grpc/peers.ts`): needs Go, Python and their registries of packages, and takes some minutes,
// once.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuiltPeer } from './built-peer.ts';

/** A program that is a server (`server PORT`) or a client (`client HOST PORT`) of the calls in calls.ts. */
export type Peer = {
  readonly command: readonly string[];
  /** Why it cannot be run, or `false`. */
  readonly missing: string | false;
};

const built = {
  go: new BuiltPeer('go', ['go build -o peer .']),
  python: new BuiltPeer('python', ['python3 -m pip install -q --target packages -r requirements.txt']),
} as const;

const script = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));

export const peers = {
  'grpc-js': { command: [process.execPath, '--import', 'tsx', script('grpc-js.ts')], missing: false },
  go: { command: [join(built.go.folder, 'peer')], missing: built.go.missing },
  python: {
    command: ['env', `PYTHONPATH=${built.python.folder}/packages`, 'python3', join(built.python.folder, 'peer.py')],
    missing: built.python.missing,
  },
} satisfies { readonly [name: string]: Peer };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const peer of Object.values(built)) {
    try {
      peer.build();
    } catch (error) {
      console.error(error);
      process.exitCode = 1;
    }
  }
}
