import { createHash } from 'node:crypto';
import { misconfigured } from '../client/socket-failure.ts';
import type { Failure } from '../transport.ts';
import { MessagePackWriter } from './fluentd-message-pack.ts';
import type { Message } from './fluentd-message-reader.ts';

/** What a client proves itself with. The user name is for servers that ask for one. */
export type Credentials = {
  readonly sharedKey: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
};

/** What to do after a message of the server. */
export type HandshakeStep =
  | { readonly kind: 'answer'; readonly bytes: Buffer }
  | { readonly kind: 'done'; readonly serverName: string }
  | Failure;

/**
 * The client's side of the authentication (Forward protocol v1, "Handshake messages"): the server says HELO with a
 * nonce, we prove in a PING that we know the key, and the server proves the same in its PONG.
 */
export class Handshake {
  readonly #credentials: Credentials;
  readonly #hostname: string;
  readonly #salt: string;
  #nonce: Buffer | undefined;

  /** `salt` is random text: Fluent Bit does not take it as binary. */
  constructor(credentials: Credentials, hostname: string, salt: string) {
    this.#credentials = credentials;
    this.#hostname = hostname;
    this.#salt = salt;
  }

  receive(message: Message): HandshakeStep {
    return this.#nonce === undefined ? this.#ping(message) : this.#finish(message, this.#nonce);
  }

  #ping(message: Message): HandshakeStep {
    if (!isHelo(message)) return misconfigured('it does not say HELO as the Forward protocol has it');
    const { nonce, auth } = (message[1] ?? {}) as { readonly [key: string]: Message | undefined };
    if (!Buffer.isBuffer(nonce)) return misconfigured('its HELO has no nonce');
    this.#nonce = nonce;
    const { sharedKey, user, password = '' } = this.#credentials;
    const wantsUser = Buffer.isBuffer(auth) && auth.length > 0;
    if (wantsUser && user === undefined) {
      return misconfigured('it wants a user name and a password: set FLUENTD_USER and FLUENTD_PASSWORD');
    }
    const login = wantsUser && user !== undefined ? [user, sha512(auth, user, password)] : ['', ''];
    const proof = sha512(this.#salt, this.#hostname, nonce, sharedKey);
    const ping = ['PING', this.#hostname, this.#salt, proof, ...login];
    return { kind: 'answer', bytes: new MessagePackWriter().value(ping).bytes() };
  }

  #finish(message: Message, nonce: Buffer): HandshakeStep {
    if (!isNamed(message, 'PONG')) return misconfigured('it does not say PONG as the Forward protocol has it');
    const [, isAccepted, reason, name, proof] = message;
    if (isAccepted !== true) {
      return misconfigured(`it refuses FLUENTD_SHARED_KEY or the user: ${String(reason ?? '') || 'no reason given'}`);
    }
    const isProved =
      Buffer.isBuffer(name) && String(proof) === sha512(this.#salt, name, nonce, this.#credentials.sharedKey);
    if (!isProved) return misconfigured('it does not prove that it knows FLUENTD_SHARED_KEY');
    return { kind: 'done', serverName: name.toString() };
  }
}

/** Whether a server asks for authentication. */
export function isHelo(message: Message): message is readonly Message[] {
  return isNamed(message, 'HELO');
}

function isNamed(message: Message, name: string): message is readonly Message[] {
  return Array.isArray(message) && Buffer.isBuffer(message[0]) && message[0].toString('latin1') === name;
}

function sha512(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
