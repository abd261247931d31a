/**
 * The methods of RFC 9110 and PATCH; OpenTelemetry calls all others `_OTHER`, so that what clients make up costs
 * nothing.
 */
export const knownMethods: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
]);
