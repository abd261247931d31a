import { fileURLToPath } from 'node:url';
import { serverAddress, serverPort } from './live-network.ts';
import { findProgram } from './programs.ts';

export type LiveLoad = {
  readonly name: string;
  /** What sends the requests, for the client's side. */
  readonly words: readonly string[];
  /** The load at which there is a target for memory, bytes. */
  readonly memoryTarget?: number;
  /** Nothing limits it but the machine. */
  readonly isUnlimited?: true;
};

const path = '/api/orders/4711?expand=items';
const host = 'orders.shop.svc.cluster.local';
const fields = {
  'User-Agent': 'okhttp/4.12.0',
  Accept: 'application/json',
  'Accept-Encoding': 'gzip, deflate',
  Authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.c2lnbmF0dXJl',
  'X-Request-Id': '6f1c2b7e-0d4a-4c1e-9b5f-000000000001',
  traceparent: '00-4bf92f3577b34da6a3ce929d00000001-00f067aa00000001-01',
};
const pacedClient = fileURLToPath(new URL('paced-client.ts', import.meta.url));

/** From a quiet service to all that nginx can answer. */
export function liveLoads(quick: boolean): readonly LiveLoad[] {
  const seconds = quick ? 1 : 5;
  const quiet: LiveLoad = { name: '500/s', words: paced(500, seconds), memoryTarget: 64e6 };
  const busy: LiveLoad = { name: '5,000/s', words: paced(5000, seconds) };
  const full: LiveLoad = { name: 'as fast as it goes', words: wrk(seconds), isUnlimited: true };
  return quick ? [quiet, full] : [quiet, busy, full];
}

function paced(rate: number, seconds: number): readonly string[] {
  const lines = Object.entries({ Host: host, ...fields }).map(([name, value]) => `${name}: ${value}`);
  const request = [`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  const settings = { address: serverAddress, port: serverPort, connections: 20, rate, seconds, request };
  return [process.execPath, '--import', 'tsx', pacedClient, JSON.stringify(settings)];
}

function wrk(seconds: number): readonly string[] {
  const lines = Object.entries(fields).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const url = `http://${serverAddress}:${serverPort}${path}`;
  return [findProgram('wrk') ?? 'wrk', '-t1', '-c50', `-d${seconds}s`, '-H', `Host: ${host}`, ...lines, url];
}
