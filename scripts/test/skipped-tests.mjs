// Reporter for node's test runner: at the end, how many tests passed and failed, and which were skipped and why.

/**
 * @param {AsyncIterable<{ type: string, data: { name: string, skip?: string | boolean, details?: { type?: string } }
 * }>} events
 */
// biome-ignore lint/style/noDefaultExport: this is what the test runner takes.
export default async function* skippedTests(events) {
  const counts = { passed: 0, failed: 0 };
  const skippedBy = new Map();
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;
    if (data.skip === undefined) {
      counts[type === 'test:pass' ? 'passed' : 'failed']++;
    } else {
      const reason = typeof data.skip === 'string' ? data.skip : 'no reason is given';
      skippedBy.set(reason, [...(skippedBy.get(reason) ?? []), data.name]);
    }
  }
  const skipped = [...skippedBy.values()].flat().length;
  yield `\n${counts.passed} tests passed, ${counts.failed} failed, ${skipped} were skipped${skipped > 0 ? ':' : ''}\n`;
  for (const [reason, names] of skippedBy) {
    yield `  ${reason}:\n`;
    for (const name of names) yield `    ${name}\n`;
  }
}
