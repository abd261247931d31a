import type { ReassemblyContext } from '../reassembly/reassembler.ts';
import type { ListenerFactory } from '../stream.ts';

/** What all connections of a table share. */
export type ConnectionContext<Connection> = ReassemblyContext & {
  readonly open: ListenerFactory;
  /** The connection holds data that have to be given up at its deadline. */
  readonly waits: (connection: Connection) => void;
  /** An error of our own was thrown in the name of the connection, which ends with that. */
  readonly failed: (connection: Connection, error: unknown) => void;
};
