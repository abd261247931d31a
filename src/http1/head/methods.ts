/** The methods that are known by themselves. Not TRACE and CONNECT, which IRC and others have as well. */
export const usualMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

/** All that are registered with IANA, and those of caches and UPnP. */
const registered =
  'ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL ' +
  'MKREDIRECTREF MKWORKSPACE MOVE ORDERPATCH PROPFIND PROPPATCH QUERY REBIND REPORT SEARCH TRACE UNBIND UNCHECKOUT ' +
  'UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL BAN M-SEARCH NOTIFY PURGE SUBSCRIBE UNSUBSCRIBE';

/** The methods that nothing else but HTTP has where a path and a field follow. */
export const registeredMethods: ReadonlySet<string> = new Set([...usualMethods, ...registered.split(' ')]);

const commonMethods: readonly string[] = [...usualMethods, 'CONNECT', 'TRACE', 'PROPFIND'];

/**
 * Whether a method is whole: one that was cut off in front, because the bytes before it are missing, mostly shows it.
 */
export function isWholeMethod(method: string): boolean {
  return /^[A-Z][A-Z_-]*$/.test(method) && !commonMethods.some((whole) => whole !== method && whole.endsWith(method));
}
