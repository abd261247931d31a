/** What a server answers when there is nothing, or before it looks at the path: what guesses are answered with. */
const refusals: ReadonlySet<number> = new Set([400, 404, 405, 413, 414, 421, 431, 501, 505]);

/** Whether an answer gives no place to what was asked for: anybody gets it for a name that is made up. */
export function isRefusal(status: number | undefined): boolean {
  return status !== undefined && refusals.has(status);
}
