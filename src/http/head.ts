import type { Anomaly } from './anomaly.ts';
import type { HeaderFields } from './header-fields.ts';

type Head = {
  /**
   * As sent, so mostly `HTTP/1.1`; `HTTP/0.9` for a request without a version and a response without a status line;
   * empty where it was cut off.
   */
  readonly version: string;
  readonly headers: HeaderFields;
  /** Length on the wire, as far as it was seen. */
  readonly size: number;
  /** Its end was seen. */
  readonly isWhole: boolean;
  /** What is odd about it, each once. */
  readonly anomalies: readonly Anomaly[];
};

/** How a request begins, in any version of HTTP (RFC 9110, section 6). */
export type RequestHead = Head & {
  /** Undefined, as the target, where it refers to what was sent before the capture. */
  readonly method: string | undefined;
  /** Request target, byte for byte as sent. */
  readonly target: string | undefined;
  /** What the protocol says apart from target and Host (`:authority` and `:scheme`, RFC 9113, section 8.3.1). */
  readonly authority?: string | undefined;
  readonly scheme?: string | undefined;
  /** What a CONNECT asks to speak (`:protocol`, RFC 8441). */
  readonly protocol?: string | undefined;
};

/** How a response begins, in any version of HTTP. */
export type ResponseHead = Head & {
  /** Undefined if it could not be read. */
  readonly status: number | undefined;
};

/** The same head with something odd about it that itself does not show. */
export function withAnomaly<Any extends Head>(head: Any, anomaly: Anomaly): Any {
  return { ...head, anomalies: [...head.anomalies, anomaly] };
}
