import fc from 'fast-check';
import type { PlannedBody, PlannedConnection, PlannedExchange } from './http-conversation.ts';

const length = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5000 }));

const none = fc.constant<PlannedBody>({ kind: 'none' });
const sized: fc.Arbitrary<PlannedBody> = length.map((bytes) => ({ kind: 'length', bytes }));
const chunked: fc.Arbitrary<PlannedBody> = fc
  .array(length, { maxLength: 4 })
  .map((chunks) => ({ kind: 'chunked', chunks }));
const untilClose: fc.Arbitrary<PlannedBody> = length.map((bytes) => ({ kind: 'until-close', bytes }));
const body = fc.oneof(none, sized, chunked);

const interim = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  fc.array(fc.constantFrom(102, 103), { maxLength: 2 }),
);

const request = fc.oneof(
  fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'DELETE', 'OPTIONS'),
    requestBody: none,
    expects: fc.constant(false),
  }),
  fc.record({ method: fc.constantFrom('POST', 'PUT'), requestBody: body, expects: fc.constant(false) }),
  fc.record({ method: fc.constantFrom('POST'), requestBody: sized, expects: fc.constant(true) }),
);

const bodiless = fc.record({ status: fc.constantFrom(204, 304), responseBody: none });
const withBody = fc.record({ status: fc.constantFrom(200, 201, 302, 404, 500), responseBody: body });
const last = fc.record({ status: fc.constantFrom(200, 404), responseBody: untilClose });

/** Any exchange that may be followed by another one. */
const exchange: fc.Arbitrary<PlannedExchange> = fc
  .tuple(request, interim, fc.oneof({ weight: 1, arbitrary: bodiless }, { weight: 3, arbitrary: withBody }))
  .map(([sent, statuses, answer]) => ({ ...sent, interim: statuses, ...answer }))
  .map((plan) => (plan.method === 'HEAD' ? { ...plan, responseBody: { kind: 'none' } } : plan));

const lastExchange: fc.Arbitrary<PlannedExchange> = last.map((answer) => ({
  ...{ method: 'GET', requestBody: { kind: 'none' }, expects: false, interim: [] },
  ...answer,
}));

const sequence = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.integer({ min: 2 ** 32 - 20_000, max: 2 ** 32 - 1 }),
);

/** A connection from `10.1.0.index` or its like in IPv6: several of them can be captured together. */
export function plannedConnection(index: number, depth: fc.Arbitrary<number>): fc.Arbitrary<PlannedConnection> {
  const options = fc
    .record({
      isIpv6: fc.boolean(),
      mss: fc.oneof(fc.integer({ min: 20, max: 300 }), fc.constant(1460)),
      clientSequence: sequence,
      serverSequence: sequence,
      acks: fc.boolean(),
    })
    .map(({ isIpv6, ...rest }) => ({
      ...rest,
      clientIp: isIpv6 ? `fd00::1:${index + 1}` : `10.1.0.${index + 1}`,
      serverIp: isIpv6 ? 'fd00::2' : '10.2.0.1',
    }));
  return fc
    .record({
      options,
      depth,
      exchanges: fc.array(exchange, { minLength: 1, maxLength: 8 }),
      end: fc.option(lastExchange, { nil: undefined, freq: 3 }),
      seed: fc.nat(),
    })
    .map(({ end, ...plan }) => (end === undefined ? plan : { ...plan, exchanges: [...plan.exchanges, end] }));
}
