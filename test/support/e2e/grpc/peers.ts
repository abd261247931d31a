import { fileURLToPath } from 'node:url';

/** A program that is a server (`server PORT`) or a client (`client HOST PORT`) of the calls in calls.ts. */
export type Peer = {
  readonly command: readonly string[];
  /** Why it cannot be run, or `false`. */
  readonly missing: string | false;
};

const script = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));

export const peers = {
  'grpc-js': { command: [process.execPath, '--import', 'tsx', script('grpc-js.ts')], missing: false },
} satisfies { readonly [name: string]: Peer };
