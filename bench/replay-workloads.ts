import type { Workload } from './capture-generator.ts';
import { whole } from './format.ts';
import { freshExchanges } from './fresh-exchanges.ts';
import { download, grpcCalls, longHeads, probes, usualExchanges } from './message-templates.ts';

export type NamedWorkload = Workload & {
  readonly name: string;
  /** Spoken by a real client and server; else it is HTTP/1.1. */
  readonly isHttp2?: true;
};

const usual = { connections: 200, exchangesPerConnection: 500, exchangeTemplates: usualExchanges() };

/** Short heads, of which about half of the fields repeat. */
export const smallExchanges: NamedWorkload = { name: 'small exchanges', ...usual, exchanges: 150_000 };

/** The ordinary case: long heads that never repeat. */
export const freshHeads: NamedWorkload = {
  name: '25 fresh headers each way',
  ...usual,
  exchanges: 50_000,
  exchangeTemplates: freshExchanges(),
};

/** The special case: every head is known. */
export const identicalHeads: NamedWorkload = {
  name: 'identical heads',
  ...usual,
  exchanges: 150_000,
  exchangeTemplates: probes(),
};

/** Capture files that differ in one way each. */
export function replayWorkloads(quick: boolean): readonly NamedWorkload[] {
  const workloads: readonly NamedWorkload[] = [
    smallExchanges,
    freshHeads,
    { ...smallExchanges, name: 'HTTP/2, small exchanges', isHttp2: true },
    { ...freshHeads, name: 'HTTP/2, 25 fresh headers each way', isHttp2: true },
    { ...smallExchanges, name: 'gRPC, unary calls', isHttp2: true, exchangeTemplates: grpcCalls() },
    { name: '30 headers each way', ...usual, exchanges: 30_000, exchangeTemplates: longHeads(30, 60) },
    { name: '1 MB bodies', ...usual, exchanges: 400, connections: 10, exchangeTemplates: download(1_000_000) },
    {
      name: `${whole(quick ? 10_000 : 50_000)} connections`,
      ...usual,
      exchanges: 150_000,
      connections: 1000,
      exchangesPerConnection: 3,
    },
    { name: 'pipelined, 8 at a time', ...usual, exchanges: 50_000, pipelined: 8 },
    {
      name: '5 % reordered, 5 % sent twice',
      ...usual,
      exchanges: 30_000,
      disorder: 0.05,
      exchangeTemplates: [...usualExchanges(), ...download(6000)],
    },
  ];
  return quick ? workloads.map(aFifth) : workloads;
}

export function aFifth(workload: NamedWorkload): NamedWorkload {
  return { ...workload, exchanges: workload.exchanges / 5 };
}
