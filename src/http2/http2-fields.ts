import { type Anomaly, noAnomalies } from '../http/anomaly.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderField } from '../http/header-field.ts';
import { HeaderFields, nameBit } from '../http/header-fields.ts';
import type { HpackBlock } from './hpack/hpack-decoder.ts';

const version = 'HTTP/2';
const colon = 0x3a;
const cutOff: readonly Anomaly[] = ['truncated_head'];
const statusPattern = /^\d{3}$/;

/** The fields of a block, apart from those that stand for a start line (RFC 9113, section 8.3), the first of each. */
export class Http2Fields {
  readonly #block: HpackBlock;
  readonly fields: HeaderFields;
  #method: string | undefined;
  #path: string | undefined;
  #authority: string | undefined;
  #scheme: string | undefined;
  #protocol: string | undefined;
  #status: string | undefined;

  constructor(block: HpackBlock) {
    const regular: HeaderField[] = [];
    let textBytes = 0;
    let nameBits = 0;
    for (let index = 0; index < block.fields.length; index++) {
      const field = block.fields[index] as HeaderField;
      const { name, value } = field;
      if (name.charCodeAt(0) === colon) {
        this.#note(name, value);
      } else {
        regular.push(field);
        textBytes += name.length + value.length;
        nameBits |= nameBit(name);
      }
    }
    this.#block = block;
    this.fields = new HeaderFields(regular, { textBytes, nameBits, undecoded: block.undecoded });
  }

  /** Undefined of what is no request. `size` is in bytes on the wire. */
  requestHead(size: number): RequestHead | undefined {
    const method = this.#method;
    // CONNECT has no path, but for that of RFC 8441.
    const target = this.#path ?? (method === 'CONNECT' ? this.#authority : undefined);
    if ((method ?? target ?? this.#authority ?? this.#scheme) === undefined) return undefined;
    return {
      version,
      method,
      target,
      authority: this.#authority,
      scheme: this.#scheme,
      protocol: this.#protocol,
      headers: this.fields,
      size,
      isWhole: this.#isWhole,
      anomalies: this.#isWhole ? noAnomalies : cutOff,
    };
  }

  /** Its status is undefined where it could not be read. */
  responseHead(size: number): ResponseHead {
    const status = this.#status;
    return {
      version,
      status: status !== undefined && statusPattern.test(status) ? Number(status) : undefined,
      headers: this.fields,
      size,
      isWhole: this.#isWhole,
      anomalies: this.#isWhole ? noAnomalies : cutOff,
    };
  }

  get #isWhole(): boolean {
    return !this.#block.isMalformed && this.#block.dropped === 0;
  }

  #note(name: string, value: string): void {
    switch (name) {
      case ':method':
        this.#method ??= value;
        break;
      case ':path':
        this.#path ??= value;
        break;
      case ':authority':
        this.#authority ??= value;
        break;
      case ':scheme':
        this.#scheme ??= value;
        break;
      case ':protocol':
        this.#protocol ??= value;
        break;
      case ':status':
        this.#status ??= value;
        break;
    }
  }
}
