import { readFileSync } from 'node:fs';
import { Agent as TlsAgent } from 'node:https';
import { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { OwnTraffic } from '../own-traffic.ts';

/** Paths of PEM files, read anew for each connection so that renewed certificates are taken up. */
export type HttpTls = {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly verify: boolean;
};

/** Reads the files of keys and certificates for every new connection, of which `ownTraffic` is told. */
export class HttpTlsAgent extends TlsAgent {
  readonly #tls: HttpTls | undefined;
  readonly #ownTraffic: OwnTraffic;

  constructor(options: ConstructorParameters<typeof TlsAgent>[0], tls: HttpTls | undefined, ownTraffic: OwnTraffic) {
    super({ ...options, rejectUnauthorized: tls?.verify ?? true });
    this.#tls = tls;
    this.#ownTraffic = ownTraffic;
  }

  override createConnection(...[options, callback]: Parameters<TlsAgent['createConnection']>) {
    try {
      const socket = super.createConnection(
        { ...options, ...(this.#tls === undefined ? {} : secureContext(this.#tls)) },
        callback,
      );
      if (socket instanceof Socket) this.#ownTraffic.watch(socket);
      return socket;
    } catch (error) {
      callback?.(Object.assign(error as Error, { code: 'ERR_TLS_FILES' }), undefined as never);
      return undefined;
    }
  }
}

function secureContext({ ca, cert, key }: HttpTls): SecureContextOptions {
  return {
    ...(ca === undefined ? {} : { ca: readFileSync(ca) }),
    ...(cert === undefined ? {} : { cert: readFileSync(cert) }),
    ...(key === undefined ? {} : { key: readFileSync(key) }),
  };
}
