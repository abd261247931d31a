// The methods of ../../calls.ts, as a descriptor that is made when it is needed.
import {
  create,
  createFileRegistry,
  type DescMethodBiDiStreaming,
  type DescMethodClientStreaming,
  type DescMethodServerStreaming,
  type DescMethodUnary,
} from '@bufbuild/protobuf';
import {
  type BytesValueSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_wrappers,
} from '@bufbuild/protobuf/wkt';
import type { Method } from '../../calls.ts';

type Bytes = typeof BytesValueSchema;
export type Unary = DescMethodUnary<Bytes, Bytes>;
export type ClientStreaming = DescMethodClientStreaming<Bytes, Bytes>;
export type ServerStreaming = DescMethodServerStreaming<Bytes, Bytes>;
export type Bidirectional = DescMethodBiDiStreaming<Bytes, Bytes>;

const kinds: { readonly [Name in Method]: readonly [clientStreaming: boolean, serverStreaming: boolean] } = {
  Echo: [false, false],
  Annotate: [false, false],
  Fail: [false, false],
  Large: [false, false],
  Collect: [true, false],
  Spread: [false, true],
  Chat: [true, true],
  Silence: [false, false],
  Leave: [true, true],
  Missing: [false, false],
};

const type = '.google.protobuf.BytesValue';
const file = create(FileDescriptorProtoSchema, {
  name: 'peers.proto',
  package: 'peers',
  syntax: 'proto3',
  dependency: [file_google_protobuf_wrappers.proto.name],
  service: [
    {
      name: 'Peer',
      method: Object.entries(kinds).map(([name, [clientStreaming, serverStreaming]]) => {
        return { name, inputType: type, outputType: type, clientStreaming, serverStreaming };
      }),
    },
  ],
});
const registry = createFileRegistry(
  create(FileDescriptorSetSchema, { file: [file_google_protobuf_wrappers.proto, file] }),
);

export function methodOf<Kind extends Unary | ClientStreaming | ServerStreaming | Bidirectional>(name: Method): Kind {
  const found = registry.getService('peers.Peer')?.methods.find((method) => method.name === name);
  if (found === undefined) throw new Error(`no method ${name}`);
  return found as Kind;
}
