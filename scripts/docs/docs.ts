// Writes what is made from the code and from tables: pages under docs/, saved objects and index templates in deploy/. A
// test fails when one is stale.
import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationPage } from '../../src/config/configuration-page.ts';
import { countersPage } from './counters-page.ts';
import { indexTemplates } from './index-templates.ts';
import { metricsPage } from './metrics-page.ts';
import { savedObjects } from './saved-objects.ts';
import { secretNamesPage } from './secret-names-page.ts';

writeFileSync(new URL('../../docs/configuration.md', import.meta.url), configurationPage());
writeFileSync(new URL('../../docs/counters.md', import.meta.url), countersPage());
writeFileSync(new URL('../../docs/secret-names.md', import.meta.url), secretNamesPage());
writeFileSync(new URL('../../docs/metrics.md', import.meta.url), metricsPage());
writeFileSync(new URL('../../deploy/monitoring/saved-objects.ndjson', import.meta.url), savedObjects());
for (const [path, text] of Object.entries(indexTemplates())) {
  const file = new URL(`../../${path}`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, text);
}
