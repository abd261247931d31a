/**
 * Whether lines for people are coloured: on a terminal that can show it, unless NO_COLOR is set to anything
 * (https://no-color.org); with FORCE_COLOR elsewhere, too. An empty variable counts as not set.
 */
export function wantsColour(env: { readonly [name: string]: string | undefined }, isTerminal: boolean): boolean {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '', TERM: kind } = env;
  if (no !== '' || force === '0' || force === 'false') return false;
  return force !== '' || (isTerminal && kind !== 'dumb');
}
