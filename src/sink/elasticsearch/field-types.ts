/**
 * `word`: found as a whole and counted. `line`: the same for what can be long. `text`: found by its words. `headers`:
 * values by names that clients make up; `trailers`: the same, which an index of an earlier version does not know.
 * `labels`: values by names that operators choose.
 */
export type FieldType = ScalarType | 'headers' | 'trailers' | 'labels';
type ScalarType = 'ip' | 'time' | 'date' | 'long' | 'double' | 'boolean' | 'word' | 'line' | 'text';
export type Fields = { readonly [field: string]: FieldType };

export const grpcDetailFields: Fields = { grpc_message: 'line', request_messages: 'long', response_messages: 'long' };

export const grpcFields: Fields = {
  grpc_service: 'word',
  grpc_method: 'word',
  grpc_status: 'long',
  ...grpcDetailFields,
};

export const sessionFields: Fields = {
  session: 'word',
  upgrade: 'word',
  compression: 'word',
  client_messages: 'long',
  server_messages: 'long',
  client_bytes: 'long',
  server_bytes: 'long',
  close_code: 'long',
  closed_by: 'word',
};

/** The same in a schema that has its own prefix. */
export function prefixed(prefix: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [prefix + name, type]));
}
