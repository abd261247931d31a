import type { recordVariables } from '../../../src/config/record-variables.ts';
import type { Expectations } from './expectation.ts';
import { booleans, KiB, MiB, text, wrongSizes } from './value-forms.ts';

export const recordExpectations: Expectations<typeof recordVariables> = {
  LOG_SCHEMA: {
    read: (settings) => settings.record.schema,
    unset: 'flat',
    accepted: ['flat', 'ecs', 'otel', 'legacy'].map((name) => [name, name] as const),
    wrong: ['json', 'flat,ecs', 'true'],
  },
  LOG_HEADERS: {
    read: (settings) => settings.record.headers,
    unset: { kind: 'all' },
    accepted: [
      ...booleans.map(([word, on]) => [word, { kind: on ? 'all' : 'none' }] as const),
      ['X-Request-Id, accept', { kind: 'only', names: ['x-request-id', 'accept'] }],
    ],
    wrong: ['ture', 'none', 'All', 'true,accept', 'accept,no', 'accept,', 'a b', 'x-*', 'Höst', 'a:b'],
  },
  MAX_FIELDS: {
    read: (settings) => settings.record.maxFields,
    unset: 256,
    accepted: [
      ['1', 1],
      ['10000', 10_000],
    ],
    wrong: ['0', '10001', '-1', '1.5', 'all'],
  },
  FORWARDED_HOPS: {
    read: (settings) => settings.record.forwardedHops,
    unset: 0,
    accepted: [['2', 2]],
    wrong: ['-1', '101', 'all', '1.5'],
  },
  IGNORE_URLS: {
    read: (settings) => settings.record.ignoreUrls,
    unset: [],
    accepted: [
      ['/health, /metrics,/static/*', ['/health', '/metrics', '/static/*']],
      ['*', ['*']],
      ['*/live', ['*/live']],
    ],
    wrong: ['health', '/a,b', '/a?b=c', '/a#b', '/a b', '/a,,/b', 'http://h/a'],
  },
  LOG_BODIES: {
    read: (settings) => settings.record.bodies,
    unset: { kind: 'none' },
    accepted: [
      ...booleans.map(([word, on]) => [word, { kind: on ? 'text' : 'none' }] as const),
      ['Application/JSON,text/*', { kind: 'only', types: ['application/json', 'text/*'] }],
      ['application/vnd.api+json', { kind: 'only', types: ['application/vnd.api+json'] }],
    ],
    wrong: ['json', 'none', 'flase', '*/*', 'text/*,true', 'text/html; charset=utf-8', 'text/', 'text/*,', 'text/a*'],
  },
  LOG_BODY_LIMIT: {
    read: (settings) => settings.record.bodyLimitBytes,
    unset: 4 * KiB,
    accepted: [
      ['1', 1],
      ['16kib', 16 * KiB],
      ['1MiB', MiB],
    ],
    wrong: ['0', '1048577', ...wrongSizes],
  },
  REDACT: {
    read: (settings) => settings.record.redact.enabled,
    unset: true,
    accepted: booleans,
    wrong: ['maybe', '2', 'true,false', 'none'],
  },
  REDACT_HEADERS: {
    read: (settings) => settings.record.redact.headers,
    unset: [],
    accepted: [['X-Tenant-Key,x-session', ['x-tenant-key', 'x-session']]],
    wrong: ['a b', 'a,', 'x-*', 'a: b'],
  },
  REDACT_PATHS: {
    read: (settings) => settings.record.redactPaths,
    unset: [],
    accepted: [
      ['/users/{name}, /users/{}/cards/*,/files/**', ['/users/{name}', '/users/{}/cards/*', '/files/**']],
      ['/a({id}),/u-*/x/,/**', ['/a({id})', '/u-*/x/', '/**']],
      ['//a/{x}', ['//a/{x}']],
    ],
    wrong: ['/users', 'users/{id}', '/a/**/b', '/{a}{b}', '/a{', '/{a,/b}', '/{a}?x', '/{a} b', '/{a},', '**', '{a}'],
  },
  CLIENT_IP: {
    read: (settings) => settings.clientIp.form,
    unset: 'full',
    accepted: ['full', 'short', 'hash', 'none'].map((form) => [form, form] as const),
    wrong: ['true', 'off', 'masked', 'short,hash', '24'],
  },
  CLIENT_IP_KEY: {
    read: (settings) => settings.clientIp.key,
    unset: undefined,
    accepted: [['0123456789abcdef', '0123456789abcdef']],
    wrong: [],
  },
  REDACT_PARAMS: {
    read: (settings) => settings.record.redact.params,
    unset: [],
    accepted: [['PIN, user[name]', ['pin', 'user[name]']]],
    wrong: ['a b', 'a,,b', 'a=b', 'a&b', '?a', 'pass*', '_', '[]'],
  },
  REDACT_EXCEPT: {
    read: (settings) => settings.record.redact.except,
    unset: [],
    accepted: [['X-Page-Token, user[pin]', ['x-page-token', 'user[pin]']]],
    wrong: ['a b', 'a,,b', 'a=b', 'a&b', '?a', '*token', 'x: y', '-'],
  },
  POD_NAME: text((settings) => settings.record.identity.pod),
  POD_NAMESPACE: text((settings) => settings.record.identity.namespace),
  NODE_NAME: text((settings) => settings.record.identity.node),
  POD_LABELS: {
    read: (settings) => settings.record.identity.labels,
    unset: undefined,
    accepted: [
      ['app=shop', { app: 'shop' }],
      ['app=shop, app.kubernetes.io/version=2.14_a-1', { app: 'shop', 'app.kubernetes.io/version': '2.14_a-1' }],
      ['app=shop,version=', { app: 'shop' }],
      ['app=', undefined],
      [
        `${'p'.repeat(253)}/${'n'.repeat(63)}=${'v'.repeat(63)}`,
        { [`${'p'.repeat(253)}/${'n'.repeat(63)}`]: 'v'.repeat(63) },
      ],
    ],
    wrong: [
      ...[
        'app',
        'app=shop,',
        'app=a,app=b',
        'app=a b',
        'app=-a',
        'app=a=b',
        '=a',
        '/app=a',
        'a/b/c=d',
        'A.b/c=d',
        'a..b/c=d',
      ],
      ...['__proto__=a', 'app=$(APP_LABEL)', `${'n'.repeat(64)}=a`, `a=${'v'.repeat(64)}`, `${'p'.repeat(254)}/n=a`],
    ],
  },
  PEER_NAMES: {
    read: (settings) => settings.record.peerNames,
    unset: 'off',
    accepted: [
      ['off', 'off'],
      ['DNS', 'dns'],
    ],
    wrong: ['true', 'on', 'dns,off'],
  },
};
