/** Days, hours, minutes, seconds. */
const unitSeconds = [86_400, 3600, 60, 1] as const;

export const captureTimeForms =
  '2026-11-29T14:05:00Z (UTC, if no offset is given), 2026-11-29, seconds since the epoch, or 15m ago (s, m, h, d)';

/**
 * A point in time as microseconds since the epoch; undefined for what is none. RFC 3339, also without seconds, offset
 * or time; seconds since the epoch; or a duration before `now` (milliseconds since the epoch). What is finer than a
 * microsecond is left out.
 */
export function captureTime(text: string, now: number): number | undefined {
  const ago = secondsOf(text);
  if (ago !== undefined) return now * 1000 - ago * 1e6;
  const epoch = /^(\d{1,11})(?:\.(\d{1,9}))?$/.exec(text);
  if (epoch) return Number(epoch[1]) * 1e6 + microseconds(epoch[2]);
  return calendarTime(text);
}

/** A duration such as 15m, -15m or 1h30m, each unit at most once and the largest first. */
function secondsOf(text: string): number | undefined {
  const parts = /^-?(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(text);
  if (!parts) return undefined;
  return unitSeconds.reduce((sum, seconds, index) => sum + Number(parts[index + 1] ?? 0) * seconds, 0);
}

function calendarTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (!match) return undefined;
  const [, day = '', time = '00:00', second = '00', fraction, offset = 'Z'] = match;
  const written = `${day}T${time}:${second}.000Z`;
  const local = new Date(written);
  // A day that a month does not have becomes one of the next month.
  if (Number.isNaN(local.getTime()) || local.toISOString() !== written) return undefined;
  const minutes = offsetMinutes(offset);
  return minutes === undefined ? undefined : (local.getTime() - minutes * 60_000) * 1000 + microseconds(fraction);
}

function offsetMinutes(offset: string): number | undefined {
  if (/^z$/i.test(offset)) return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function microseconds(fraction = ''): number {
  return Number(fraction.slice(0, 6).padEnd(6, '0'));
}
