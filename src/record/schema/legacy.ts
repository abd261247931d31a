import type { LogRecord } from '../record.ts';
import type { Schema } from './schema.ts';

const unanswered = '408';
const types = { incoming: 'income', outgoing: 'outgo', unknown: undefined } as const;

/** The predecessor's field names, for people who switch. */
export const legacy: Schema = {
  isNested: false,
  onlyExchanges: true,
  fields: [
    { name: 'type', kind: 'token', of: (record) => types[record.endpoints.direction] },
    { name: 'srcIP', kind: 'ip', from: 'endpoints', of: (record) => record.endpoints.clientIp },
    { name: 'srcPort', kind: 'integer', from: 'endpoints', of: (record) => record.endpoints.clientPort },
    { name: 'dstIP', kind: 'ip', from: 'endpoints', of: (record) => record.endpoints.serverIp },
    { name: 'dstPort', kind: 'integer', from: 'endpoints', of: (record) => record.endpoints.serverPort },
    { name: 'host', kind: 'word', of: (record) => record.host },
    { name: 'url', kind: 'line', of: (record) => record.url },
    { name: 'method', kind: 'word', of: (record) => record.method },
    { name: 'resTime', kind: 'number', of: seconds },
    { name: 'resCode', kind: 'token', of: statusText },
    { name: 'headers', kind: 'headers', of: (record) => record.requestHeaders },
    { name: 'late', kind: 'flag', of: (record) => record.late || undefined },
    { name: 'HOSTNAME', kind: 'word', from: 'identity', of: (record) => record.identity.hostname },
  ],
};

function seconds({ durationMs }: LogRecord): number | undefined {
  return durationMs === undefined ? undefined : Math.round(durationMs * 1000) / 1e6;
}

function statusText({ status, outcome }: LogRecord): string | undefined {
  if (status !== undefined) return String(status);
  return outcome === 'unknown' || outcome === 'answered' ? undefined : unanswered;
}
