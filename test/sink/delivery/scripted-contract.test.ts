import { setTimeout as sleep } from 'node:timers/promises';
import { type Behaviour, sinkContract } from '../../support/sink/contract.ts';
import { away, delivered, ScriptedTransport, type Step } from '../../support/sink/scripted-transport.ts';

const answers: { readonly [Name in Behaviour]: () => Step | Promise<Step> } = {
  working: () => delivered,
  away: () => away,
  silent: async () => {
    await sleep(200);
    return { kind: 'retry', reason: 'no answer' };
  },
  refusing: () => ({ kind: 'rejected', reason: 'mapping error' }),
};

sinkContract('a scripted transport', async () => {
  const transport = new ScriptedTransport();
  return {
    transport,
    encoder: { content: (record) => JSON.stringify(record) },
    received: () => transport.received.map((text) => JSON.parse(text).id),
    behave: async (behaviour) => {
      transport.answer = answers[behaviour];
    },
    close: async () => transport.close(),
  };
});
