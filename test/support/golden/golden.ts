import { goldenEndings } from './golden-endings.ts';
import { goldenFields } from './golden-fields.ts';
import { goldenFraming } from './golden-framing.ts';
import { goldenLinks } from './golden-links.ts';
import { goldenLoss } from './golden-loss.ts';

/**
 * An exchange that must be logged, in the field names of the `flat` schema. A field that is absent here must be absent
 * there.
 */
export type ExpectedExchange = {
  readonly client_ip: string;
  readonly client_port: number;
  readonly server_ip: string;
  readonly server_port: number;
  readonly protocol: string;
  readonly method: string;
  readonly url: string;
  readonly host?: string;
  readonly status?: number;
  readonly outcome: 'answered' | 'timeout' | 'reset' | 'closed' | 'unknown';
  readonly request_bytes: number;
  readonly response_bytes?: number;
  readonly informational?: readonly number[];
  /**
   * Of an exchange with the outcome `unknown` only compared where it is given: the outcome says already that something
   * is missing.
   */
  readonly incomplete?: true;
  readonly gap_bytes?: number;
  readonly anomalies?: readonly string[];
};

/** A capture file and the exchanges that were put into it; those of one connection in the order of their requests. */
export type GoldenCapture = {
  /** File name with its ending. */
  readonly name: string;
  readonly file: Buffer;
  readonly exchanges: readonly ExpectedExchange[];
};

/** No record may contain this: it marks every secret in the golden captures. */
export const secretMark = 'hush';

/** Each capture of `test/golden`, made of what its conversation is about; nothing here was printed by the product. */
export function goldenCaptures(): GoldenCapture[] {
  return [...goldenFraming(), ...goldenFields(), ...goldenEndings(), ...goldenLoss(), ...goldenLinks()];
}
