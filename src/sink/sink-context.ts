import type { Encodings } from './encodings.ts';
import type { OwnTraffic } from './own-traffic.ts';
import type { Reporting } from './reporting.ts';

/** How records are written for people. */
export type Pretty = {
  readonly colour: boolean;
  /** In columns, at this moment; undefined where it is not known. */
  readonly width: () => number | undefined;
};

/** What reads standard output. */
export type OutputReader = {
  /** A person, who gets lines instead of JSON. */
  readonly pretty: Pretty | undefined;
  /** No reader is left, and the process may end. */
  readonly onClosed: (error: NodeJS.ErrnoException) => void;
};

/** What a sink finds around it. */
export type SinkContext = Reporting & {
  readonly encodings: Encodings;
  /** Where the connections of the sinks are known, so that they are not logged. */
  readonly ownTraffic: OwnTraffic;
  readonly reader: OutputReader;
};
