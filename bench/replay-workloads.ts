import type { Workload } from './capture-generator.ts';
import { whole } from './format.ts';
import { download, longHeads, usualExchanges } from './message-templates.ts';

export type NamedWorkload = Workload & { readonly name: string };

/** Capture files that differ in one way each. */
export function replayWorkloads(quick: boolean): readonly NamedWorkload[] {
  const scale = quick ? 0.2 : 1;
  const usual = { connections: 200, exchangesPerConnection: 500, exchangeTemplates: usualExchanges() };
  return [
    { name: 'small exchanges', ...usual, exchanges: 150_000 * scale },
    { name: '30 headers each way', ...usual, exchanges: 30_000 * scale, exchangeTemplates: longHeads(30, 60) },
    { name: '1 MB bodies', ...usual, exchanges: 400 * scale, connections: 10, exchangeTemplates: download(1_000_000) },
    {
      name: `${whole(50_000 * scale)} connections`,
      ...usual,
      exchanges: 150_000 * scale,
      connections: 1000,
      exchangesPerConnection: 3,
    },
    { name: 'pipelined, 8 at a time', ...usual, exchanges: 50_000 * scale, pipelined: 8 },
    {
      name: '5 % reordered, 5 % sent twice',
      ...usual,
      exchanges: 30_000 * scale,
      disorder: 0.05,
      exchangeTemplates: [...usualExchanges(), ...download(6000)],
    },
  ];
}
