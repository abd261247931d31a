import { inOnePiece } from '../json-text.ts';
import type { LogRecord, RecordEndpoints } from '../record.ts';
import type { FieldOrigin } from './field.ts';
import type { JsonSource } from './json-member.ts';

/** A power of two. What comes into the same place takes turns. */
const places = 1024;

/** Writes an object; undefined if nothing in it is known. */
type Write = (record: LogRecord) => string | undefined;

/**
 * The members of an object that are all made from one object of a record, without the braces: `write` is only asked for
 * them if there is that object, and if it is not known from an earlier record.
 */
export function sharedSource(origin: FieldOrigin, write: Write): JsonSource {
  switch (origin) {
    case 'endpoints':
      return endpointsSource(write);
    case 'identity':
      return identitySource(write);
    default:
      return (record) => (record[origin] === undefined ? undefined : membersIn(write(record)));
  }
}

/** Until a connection comes that has the same place. */
function endpointsSource(write: Write): JsonSource {
  const known: ({ readonly endpoints: RecordEndpoints; readonly json: string | undefined } | undefined)[] = new Array(
    places,
  ).fill(undefined);
  return (record) => {
    const { endpoints } = record;
    const place = placeOf(endpoints);
    const last = known[place];
    if (last?.endpoints === endpoints) return last.json;
    const json = membersIn(write(record));
    known[place] = { endpoints, json };
    return json;
  };
}

/** All records of a pod have the same one. */
function identitySource(write: Write): JsonSource {
  let known: LogRecord['identity'] | undefined;
  let json: string | undefined;
  return (record) => {
    if (record.identity !== known) {
      known = record.identity;
      json = membersIn(write(record));
    }
    return json;
  };
}

function membersIn(object: string | undefined): string | undefined {
  return object && inOnePiece(object).slice(1, -1);
}

/** Clients differ in their ports, or in the last digits of their addresses. */
function placeOf({ serverIp, clientIp = serverIp, clientPort, serverPort }: RecordEndpoints): number {
  let place = clientPort + serverPort;
  for (let behind = 1, weight = 1; behind <= 3; behind++, weight *= 11) {
    place += weight * clientIp.charCodeAt(clientIp.length - behind);
  }
  return place & (places - 1);
}
