import type { Exchange } from '../../../src/exchange/exchange.ts';
import { observedExchange, outgoing } from '../metrics/observed-exchange.ts';
import { failedConnectionExample } from '../record/failed-connection-example.ts';
import { simulatePod, type Traffic } from './simulate-pod.ts';

type Values = { readonly [labels: string]: number };

const seconds = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: 60 * count }, () => item);
const served = (status?: number) => observedExchange('incoming', 'GET', '/', status, 0.03);
const asked = (status?: number) => outgoing('bank:443', '10.0.0.9', status);
const late = (exchange: Exchange): Exchange => ({ ...exchange, late: true });
const response = served(200).response;
const unreadable = response && { ...response, head: { ...response.head, status: undefined } };

/**
 * What happens in a minute, and what panels of the dashboard show of that, for each legend: a second.
 *
 * shop-1 is asked 7 times a second: 3 times it answers in time (200, 503, no status that could be read), 4 times it
 * does not, of which 2 are answered late (200, 503). It asks the bank 2 times a second, without an answer in time; one
 * comes late, with a 503. 8 connections a second to it are refused. shop-2 is asked once, and answers.
 */
const minuteOfShop1: Traffic = {
  exchanges: [
    ...seconds(1, served(200)),
    ...seconds(1, served(503)),
    ...seconds(1, { ...served(200), response: unreadable }),
    ...seconds(3, served()),
    ...seconds(1, { ...served(), outcome: 'reset' as const }),
    ...seconds(1, late(served(200))),
    ...seconds(1, late(served(503))),
    ...seconds(2, asked()),
    ...seconds(1, late(asked(503))),
  ],
  connects: seconds(8, {
    ...failedConnectionExample,
    endpoints: { ...failedConnectionExample.endpoints, serverIp: '10.0.0.9' },
  }),
};

/** The name of the bank is known from the first minute on. */
const shop1 = { minute: (at: number) => (at === 1 ? { exchanges: [asked(200)] } : minuteOfShop1) };
const shop2 = { pod: 'shop-2', minute: () => ({ exchanges: seconds(1, served(200)) }) };

const get = 'http_request_method="GET",http_route="/"';

export const dashboardCases: {
  readonly series: () => ReturnType<typeof simulatePod>;
  readonly expected: { readonly [title: string]: { readonly [legend: string]: Values } };
} = {
  series: () => [...simulatePod(shop1, 20), ...simulatePod(shop2, 20)],
  expected: {
    'Incoming: requests by class of status': {
      '{{http_response_status_class}}': {
        '{http_response_status_class="1xx"}': 0,
        '{http_response_status_class="2xx"}': 2,
        '{http_response_status_class="3xx"}': 0,
        '{http_response_status_class="4xx"}': 0,
        '{http_response_status_class="5xx"}': 1,
        '{http_response_status_class="other"}': 1,
      },
      none: { '{}': 4 },
    },
    'Incoming: errors': { '{{pod}}': { '{pod="shop-1"}': 5 / 7, '{pod="shop-2"}': 0 } },
    'Incoming: routes': {
      'Requests/s': { [`{${get}}`]: 8 },
      Errors: { [`{${get}}`]: 5 / 8 },
      p50: { [`{${get}}`]: 0.0375 },
      p95: { [`{${get}}`]: 0.04875 },
      p99: { [`{${get}}`]: 0.04975 },
    },
    'Incoming: routes with the most errors': {
      '{{http_request_method}} {{http_route}} {{error_type}}': {
        [`{${get},error_type="5xx"}`]: 1,
        [`{${get},error_type="timeout"}`]: 3,
        [`{${get},error_type="reset"}`]: 1,
      },
    },
    'Incoming: busiest routes': { '{{http_request_method}} {{http_route}}': { [`{${get}}`]: 8 } },
    'Outgoing: errors': { '{{server_address}}': { '{server_address="bank"}': 1 } },
    'Outgoing: servers': {
      'Requests/s': { '{server_address="bank"}': 2 },
      Errors: { '{server_address="bank"}': 1 },
      'Failed connections/s': { '{server_address="bank"}': 8 },
      p50: { '{server_address="bank"}': 0.0175 },
      p95: { '{server_address="bank"}': 0.02425 },
      p99: { '{server_address="bank"}': 0.02485 },
    },
    'Failed requests': {
      '{{direction}} {{error_type}}': {
        '{direction="incoming",error_type="5xx"}': 1,
        '{direction="incoming",error_type="grpc"}': 0,
        '{direction="incoming",error_type="timeout"}': 3,
        '{direction="incoming",error_type="reset"}': 1,
        '{direction="incoming",error_type="closed"}': 0,
        '{direction="outgoing",error_type="5xx"}': 0,
        '{direction="outgoing",error_type="grpc"}': 0,
        '{direction="outgoing",error_type="timeout"}': 2,
        '{direction="outgoing",error_type="reset"}': 0,
        '{direction="outgoing",error_type="closed"}': 0,
      },
    },
    'Without a response': {
      '{{direction}} {{outcome}}': {
        '{direction="incoming",outcome="timeout"}': 3,
        '{direction="incoming",outcome="reset"}': 1,
        '{direction="incoming",outcome="closed"}': 0,
        '{direction="incoming",outcome="unknown"}': 0,
        '{direction="outgoing",outcome="timeout"}': 2,
        '{direction="outgoing",outcome="reset"}': 0,
        '{direction="outgoing",outcome="closed"}': 0,
        '{direction="outgoing",outcome="unknown"}': 0,
      },
    },
    'Connections that never came up': {
      '{{server_address}} {{outcome}}': {
        '{server_address="bank",outcome="refused"}': 8,
        '{server_address="bank",outcome="timeout"}': 0,
      },
    },
  },
};
