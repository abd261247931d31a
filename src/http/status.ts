/**
 * Whether another response follows this one (RFC 9110, section 15.2). Statuses that are no valid ones, below 100 too,
 * are final.
 */
export function isInterim(status: number | undefined): status is number {
  return status !== undefined && status >= 100 && status < 200;
}

export function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}
