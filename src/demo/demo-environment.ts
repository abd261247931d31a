/**
 * The environment of the demo, which shows the same whatever the user has set: of that only MODE=debug counts, given as
 * `userMode`. It shows a timeout too, without making anyone wait for it.
 */
export function demoEnvironment(userMode: string | undefined): { readonly [name: string]: string } {
  return {
    MODE: userMode?.trim().toLowerCase() === 'debug' ? 'debug' : 'development',
    IFACE: 'lo',
    TIMEOUT_AFTER_MS: '2000',
    TIMEOUT_INTERVAL_CHECK: '500',
    SUMMARY_INTERVAL_S: '0',
    METRICS_PORT: '0',
  };
}
