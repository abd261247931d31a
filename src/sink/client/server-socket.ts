import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';
import type { Failure } from '../transport.ts';
import { errorMessage } from './error-message.ts';
import { misconfigured, socketFailure } from './socket-failure.ts';

export type ServerEndpoint = { readonly host: string; readonly port: number };

/** Host and port, as in a URL. */
export function endpointName({ host, port }: ServerEndpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Paths of PEM files, read anew for each connection so that renewed certificates are taken up. */
export type ServerTls = {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The name that the server's certificate must have, when it is not the host's. */
  readonly serverName: string | undefined;
  readonly verify: boolean;
};

/** So that a server that vanished is noticed on an idle connection, and middle boxes keep it open. */
const keepAliveMs = 30_000;

/** Begins to connect; says why it cannot even begin. */
export function openSocket({ host, port }: ServerEndpoint, tls: ServerTls | undefined): Socket | Failure {
  const common = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs };
  if (tls === undefined) return connect(common);
  try {
    return connectTls({ ...common, ...tlsOptions(host, tls) });
  } catch (error) {
    return misconfigured(`TLS cannot be set up: ${errorMessage(error as Error)}`);
  }
}

/** What an error of such a socket means. */
export function connectionFailure(error: Error, socket: Socket, tls: ServerTls | undefined): Failure {
  const isRefused = socket instanceof TLSSocket && socket.authorizationError && tls?.verify;
  return isRefused ? misconfigured(`its certificate is not accepted: ${errorMessage(error)}`) : socketFailure(error);
}

function tlsOptions(host: string, { ca, cert, key, serverName, verify }: ServerTls): ConnectionOptions {
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  return {
    rejectUnauthorized: verify,
    ...(name === undefined ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca: readFileSync(ca) }),
    ...(cert === undefined ? {} : { cert: readFileSync(cert) }),
    ...(key === undefined ? {} : { key: readFileSync(key) }),
  };
}
