import type { RecordHeaders } from '../headers/logged-headers.ts';
import type { LogRecord } from '../record.ts';

/** The predecessor's field names, for people who switch. */
export type LegacyRecord = {
  type?: 'income' | 'outgo';
  srcIP: string;
  srcPort: number;
  dstIP: string;
  dstPort: number;
  host?: string;
  url?: string;
  method?: string;
  /** Seconds. */
  resTime?: number;
  resCode?: string;
  headers?: RecordHeaders;
  HOSTNAME?: string;
};

const UNANSWERED = '408';

export function toLegacy(record: LogRecord): LegacyRecord {
  const legacy = {} as LegacyRecord;
  if (record.direction !== 'unknown') legacy.type = record.direction === 'incoming' ? 'income' : 'outgo';
  legacy.srcIP = record.clientIp;
  legacy.srcPort = record.clientPort;
  legacy.dstIP = record.serverIp;
  legacy.dstPort = record.serverPort;
  if (record.host !== undefined) legacy.host = record.host;
  if (record.url !== undefined) legacy.url = record.url;
  if (record.method !== undefined) legacy.method = record.method;
  if (record.durationMs !== undefined) legacy.resTime = Math.round(record.durationMs * 1000) / 1e6;
  if (record.status !== undefined) legacy.resCode = String(record.status);
  else if (record.outcome !== 'unknown') legacy.resCode = UNANSWERED;
  if (record.requestHeaders !== undefined) legacy.headers = record.requestHeaders.object;
  if (record.identity.hostname !== undefined) legacy.HOSTNAME = record.identity.hostname;
  return legacy;
}
