import type { Field } from './field.ts';

/** What a session has besides its handshake; each schema has its own prefix. */
export function sessionFields(prefix: string): readonly Field[] {
  return [
    { name: `${prefix}session`, kind: 'token', from: 'session', of: ({ session }) => session?.type },
    { name: `${prefix}upgrade`, kind: 'word', from: 'session', of: ({ session }) => session?.upgrade },
    { name: `${prefix}compression`, kind: 'word', from: 'session', of: ({ session }) => session?.compression },
    {
      name: `${prefix}client_messages`,
      kind: 'integer',
      from: 'session',
      of: ({ session }) => session?.clientMessages,
    },
    {
      name: `${prefix}server_messages`,
      kind: 'integer',
      from: 'session',
      of: ({ session }) => session?.serverMessages,
    },
    { name: `${prefix}client_bytes`, kind: 'integer', from: 'session', of: ({ session }) => session?.clientBytes },
    { name: `${prefix}server_bytes`, kind: 'integer', from: 'session', of: ({ session }) => session?.serverBytes },
    { name: `${prefix}close_code`, kind: 'integer', from: 'session', of: ({ session }) => session?.closeCode },
    { name: `${prefix}closed_by`, kind: 'token', from: 'session', of: ({ session }) => session?.closedBy },
  ];
}
