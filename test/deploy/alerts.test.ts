// Which alerts come, within minutes, of what the product itself tells of traffic that fails; and which do not.
import { test } from 'node:test';
import type { Exchange, Outcome } from '../../src/exchange/exchange.ts';
import type { FailedConnection } from '../../src/exchange/failed-connection.ts';
import { missingPromtool, promtoolOn } from '../support/deploy/promtool.ts';
import { type Scenario, simulatePod, type Traffic } from '../support/deploy/simulate-pod.ts';
import { observedExchange, outgoing } from '../support/metrics/observed-exchange.ts';
import { failedConnectionExample } from '../support/record/failed-connection-example.ts';

/** When it begins to fail, and when somebody must know. */
const [begin, known, end] = [20, 27, 40];

type Ending = readonly [outcome: Outcome, status?: number];

function served(route: string, [outcome, status]: Ending, seconds = 0.02): Exchange {
  return { ...observedExchange('incoming', 'POST', route, status, seconds), outcome };
}

function asked([outcome, status]: Ending, host = 'payments', serverIp = '10.0.0.9'): Exchange {
  return { ...outgoing(host, serverIp, status, '/payments'), outcome };
}

function called(outcome: FailedConnection['outcome']): FailedConnection {
  return {
    ...failedConnectionExample,
    outcome,
    endpoints: { ...failedConnectionExample.endpoints, serverIp: '10.0.0.9' },
  };
}

const ok: Ending = ['answered', 200];
const times = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item);
/** 8 % of a hundred each minute, once it has begun to fail. */
const failing = (good: Exchange, bad: Traffic) => ({
  minute: (minute: number): Traffic =>
    minute <= begin
      ? { exchanges: times(100, good) }
      : { exchanges: [...times(92, good), ...(bad.exchanges ?? [])], connects: bad.connects ?? [] },
});
const serverFails = (ending: Ending) =>
  failing(served('/payments', ok), { exchanges: times(8, served('/payments', ending)) });
const clientFails = (bad: Traffic) => failing(asked(ok), bad);
const late = (ending: Ending) => ({ ...served('/payments', ending, 13), late: true as const });

const serverAlerts = ['HttpRouteErrors', 'HttpServerErrorBudgetFast', 'HttpServerErrors'];
const clientAlerts = ['HttpClientErrors'];

type Case = Scenario & {
  /** What has come a few minutes after it began. */
  readonly known?: readonly string[];
  /** What there is twenty minutes after it began, if that is more. */
  readonly end?: readonly string[];
};

const cases: { readonly [title: string]: Case } = {
  'payments fail at 8 % with a 503': { ...serverFails(['answered', 503]), known: serverAlerts },
  'payments fail at 8 % with a timeout': { ...serverFails(['timeout']), known: serverAlerts },
  'payments fail at 8 % with a reset': { ...serverFails(['reset']), known: serverAlerts },
  'payments fail at 8 % with an answer that is cut short': { ...serverFails(['closed', 200]), known: serverAlerts },
  'payments that are asked for fail at 8 % with a 500': {
    ...clientFails({ exchanges: times(8, asked(['answered', 500])) }),
    known: clientAlerts,
  },
  'payments that are asked for fail at 8 % with a timeout': {
    ...clientFails({ exchanges: times(8, asked(['timeout'])) }),
    known: clientAlerts,
  },
  'payments that are asked for fail at 8 % with a reset': {
    ...clientFails({ exchanges: times(8, asked(['reset'])) }),
    known: clientAlerts,
  },
  'connections to payments are refused at 8 %': {
    ...clientFails({ connects: times(8, called('refused')) }),
    known: clientAlerts,
  },
  'connections to payments time out at 8 %': {
    ...clientFails({ connects: times(8, called('timeout')) }),
    known: clientAlerts,
  },
  'all of them are refused, so that there is no request any more': {
    minute: (minute) =>
      minute <= begin ? { exchanges: times(100, asked(ok)) } : { connects: times(100, called('refused')) },
    known: ['HttpClientErrorBudgetFast', 'HttpClientErrors'],
  },
  'one route of a busy pod fails': {
    minute: (minute) => ({
      exchanges: [
        ...times(500, served('/products', ok)),
        ...times(11, served('/payments', ok)),
        ...times(1, served('/payments', minute <= begin ? ok : ['timeout'])),
      ],
    }),
    known: ['HttpRouteErrors'],
  },
  'one of the servers of a busy pod fails': {
    minute: (minute) => ({
      exchanges: [
        ...times(500, asked(ok, 'products', '10.0.0.8')),
        ...times(11, asked(ok)),
        asked(minute <= begin ? ok : ['timeout']),
      ],
    }),
    known: clientAlerts,
  },
  'a pod starts again, and from then on everything fails': {
    minute: (minute) => ({ exchanges: times(20, served('/payments', minute <= begin ? ok : ['reset'])) }),
    restarts: [begin],
    known: serverAlerts,
  },
  'payments that are few fail, not often enough in five minutes': {
    minute: (minute) => ({
      exchanges: [
        ...times(7, served('/payments', ok)),
        served('/payments', minute > begin && minute % 2 === 0 ? ['timeout'] : ok),
      ],
    }),
    end: ['HttpServerErrorBudgetFast'],
  },
  'one in twenty takes longer than a second, and more': {
    minute: (minute) => ({
      exchanges: [
        ...times(90, served('/payments', ok)),
        ...times(10, served('/payments', ok, minute > begin ? 3 : 0.02)),
        ...times(90, asked(ok)),
        ...times(10, { ...asked(ok), ...(minute > begin ? { response: late(ok).response } : {}) } as Exchange),
      ],
    }),
    end: ['HttpClientSlow', 'HttpServerSlow'],
  },
  'everything is well': {
    minute: () => ({ exchanges: [...times(100, served('/payments', ok)), ...times(100, asked(ok))] }),
  },
  'one in fifty takes longer than a second': {
    minute: () => ({ exchanges: [...times(98, served('/payments', ok)), ...times(2, served('/payments', ok, 3))] }),
  },
  'clients make mistakes': serverFails(['answered', 404]),
  'the capture has missed answers': serverFails(['unknown']),
  'one in a thousand fails, as the budget allows': {
    minute: (minute) => ({
      exchanges: [
        ...times(100, served('/payments', ok)),
        ...(minute % 10 === 0 ? [served('/payments', ['timeout'])] : []),
      ],
    }),
  },
  'half of next to nothing fails': {
    minute: (minute) => ({
      exchanges: minute % 2 === 0 ? [served('/payments', ['timeout']), served('/payments', ok), asked(['reset'])] : [],
      connects: minute === 30 ? [called('refused')] : [],
    }),
  },
  'what is answered late, with an error, has failed once': {
    // 4 % fail; counted twice, it would be 8 %.
    minute: (minute) => ({
      exchanges: [
        ...times(96, served('/payments', ok)),
        ...times(4, served('/payments', minute <= begin ? ok : ['timeout'])),
        ...(minute <= begin ? [] : times(4, late(['answered', 503]))),
      ],
    }),
    known: ['HttpServerErrorBudgetFast'],
  },
};

const skip = missingPromtool;

test('every alert comes when the product tells of failures, and no other does', { skip }, () => {
  const firing = 'count by (alertname) (ALERTS{alertstate="firing"})';
  const expected = (names: readonly string[], time: number) => ({
    expr: firing,
    eval_time: `${time}m`,
    exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
  });
  const tests = Object.entries(cases).map(([name, { known: early = [], end: later = early, ...scenario }]) => ({
    name,
    interval: '1m',
    input_series: simulatePod(scenario, end),
    promql_expr_test: [expected([], begin), expected(early, known), expected(later, end)],
  }));
  promtoolOn(['test', 'rules'], {
    // As they stand there: the later ones use what the earlier ones record.
    group_eval_order: ['http-logger', 'http-calls', 'http-calls-long', 'http-requests', 'http-error-budgets'],
    rule_files: [`${process.cwd()}/deploy/monitoring/prometheus-rules.yaml`],
    evaluation_interval: '1m',
    tests,
  });
});
