import type { Field } from './field.ts';

/** What a call of gRPC has besides its exchange; each schema has its own prefix. */
export function grpcFields(prefix: string): readonly Field[] {
  return [
    { name: `${prefix}grpc_service`, kind: 'word', from: 'grpc', of: ({ grpc }) => grpc?.service },
    { name: `${prefix}grpc_method`, kind: 'word', from: 'grpc', of: ({ grpc }) => grpc?.method },
    { name: `${prefix}grpc_status`, kind: 'integer', from: 'grpc', of: ({ grpc }) => grpc?.status },
    ...grpcDetailFields(prefix),
  ];
}

/** The same without what the conventions of OpenTelemetry have names of their own for. */
export function grpcDetailFields(prefix: string): readonly Field[] {
  return [
    { name: `${prefix}grpc_message`, kind: 'line', from: 'grpc', of: ({ grpc }) => grpc?.message },
    { name: `${prefix}request_messages`, kind: 'integer', from: 'grpc', of: ({ grpc }) => grpc?.requestMessages },
    { name: `${prefix}response_messages`, kind: 'integer', from: 'grpc', of: ({ grpc }) => grpc?.responseMessages },
  ];
}
