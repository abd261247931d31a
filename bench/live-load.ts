import { fileURLToPath } from 'node:url';
import { whole } from './format.ts';
import { serverAddress, serverPort } from './live-network.ts';
import { playerWords } from './player-words.ts';
import { findProgram } from './programs.ts';
import { freshHeads, type NamedWorkload } from './replay-workloads.ts';

export type LiveLoad = {
  readonly name: string;
  /** What sends the requests for `seconds`, on the client's side, after `before` of them have been sent. */
  readonly words: (seconds: number, before: number) => readonly string[];
  /** How many exchanges that is, where no server counts them: requests and responses are packets of our own. */
  readonly played?: (seconds: number) => number;
  /** How long, before anything is measured. */
  readonly warmSeconds: number;
  readonly seconds: number;
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

/** After this many the engine has compiled nearly all that it needs. */
const warmExchanges = 20_000;

const rampSeconds = 2;

/** From a quiet service to all that nginx can answer. */
export function liveLoads(quick: boolean): readonly LiveLoad[] {
  const quiet: LiveLoad = { ...pacedLoad(500, quick ? 2 : warmExchanges / 500, quick), memoryTarget: 64e6 };
  const full: LiveLoad = {
    name: 'as fast as it goes',
    words: (seconds) => wrk(seconds),
    warmSeconds: quick ? 1 : 4,
    seconds: quick ? 2 : 6,
    isUnlimited: true,
  };
  if (quick) return [quiet, full];
  return [quiet, ...[2000, 5000].map((rate) => pacedLoad(rate, warmExchanges / rate, quick)), full];
}

export function pacedLoad(rate: number, warmSeconds: number, quick: boolean): LiveLoad {
  const words = (seconds: number) => paced(rate, seconds);
  return { name: `${whole(rate)}/s`, words, warmSeconds, seconds: quick ? 2 : 6 };
}

/** Heads that are never the same, at the rates between which the cost of a wake-up is the most and the least of it. */
export function freshLoads(quick: boolean): readonly LiveLoad[] {
  return (quick ? [5000] : [500, 5000]).map((rate) => playedLoad(freshHeads, rate, quick));
}

/** A workload, packet by packet, without a server. */
export function playedLoad(workload: NamedWorkload, rate: number, quick: boolean): LiveLoad {
  const played = (seconds: number) => Math.round(rate * seconds);
  return {
    name: `${workload.name}, ${whole(rate)}/s`,
    words: (seconds, before) =>
      playerWords({
        workload: { ...workload, exchanges: played(seconds), firstExchange: before },
        rate,
        // A capture that has just started is slower, and nobody meets full load with one.
        rampSeconds: before === 0 ? rampSeconds : 0,
      }),
    played,
    warmSeconds: quick ? 2 : warmExchanges / rate,
    seconds: quick ? 2 : 6,
  };
}

function paced(rate: number, seconds: number): readonly string[] {
  const lines = Object.entries({ Host: host, ...fields }).map(([name, value]) => `${name}: ${value}`);
  const request = [`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  const settings = { address: serverAddress, port: serverPort, connections: 20, rate, seconds, request };
  return [process.execPath, '--import', 'tsx', pacedClient, JSON.stringify(settings)];
}

/** Two clients at the same time: one whose connections stay, and one that opens another connection for each request. */
export function soakLoads(seconds: number): readonly (readonly string[])[] {
  return [wrk(seconds, 40), wrk(seconds, 10, { Connection: 'close' })];
}

function wrk(seconds: number, connections = 50, more: Readonly<Record<string, string>> = {}): readonly string[] {
  const all = Object.entries({ Host: host, ...fields, ...more });
  const headers = all.flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...headers];
  const url = `http://${serverAddress}:${serverPort}${path}`;
  // What it says is read from stderr, as from all that runs here.
  return ['sh', '-c', 'exec "$@" >&2', 'sh', findProgram('wrk') ?? 'wrk', ...options, url];
}
