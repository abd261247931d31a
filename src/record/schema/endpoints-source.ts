import { inOnePiece } from '../json-text.ts';
import type { LogRecord, RecordEndpoints } from '../record.ts';
import type { JsonSource } from './json-member.ts';

/** A power of two. What comes into the same place takes turns. */
const places = 1024;

/**
 * The members of an object that say the same of all exchanges of a connection, without its braces: `write` is only
 * asked for them anew after a connection that has the same place.
 */
export function endpointsSource(write: (record: LogRecord) => string | undefined): JsonSource {
  const known: ({ readonly endpoints: RecordEndpoints; readonly json: string | undefined } | undefined)[] = new Array(
    places,
  ).fill(undefined);
  return (record) => {
    const { endpoints } = record;
    const place = placeOf(endpoints);
    const last = known[place];
    if (last?.endpoints === endpoints) return last.json;
    const object = write(record);
    const json = object && inOnePiece(object).slice(1, -1);
    known[place] = { endpoints, json };
    return json;
  };
}

/** Clients differ in their ports, or in the last digits of their addresses. */
function placeOf({ serverIp, clientIp = serverIp, clientPort, serverPort }: RecordEndpoints): number {
  let place = clientPort + serverPort;
  for (let behind = 1, weight = 1; behind <= 3; behind++, weight *= 11) {
    place += weight * clientIp.charCodeAt(clientIp.length - behind);
  }
  return place & (places - 1);
}
