/**
 * Whether a status tells of a failure, from `least` on; those that are no valid ones do, too (RFC 9110, section 15). No
 * status tells nothing.
 */
export function isErrorStatus(status: number | undefined, least: 400 | 500): boolean {
  return status !== undefined && (status >= least || status < 100);
}
