import { configurationPage } from '../../src/config/configuration-page.ts';
import { countersPage } from './counters-page.ts';
import { indexTemplates } from './index-templates.ts';
import { metricsPage } from './metrics-page.ts';
import { savedObjects } from './saved-objects.ts';
import { secretNamesPage } from './secret-names-page.ts';

/** The text of each file that is made from the code and from tables, by its path. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'docs/configuration.md': configurationPage(),
    'docs/counters.md': countersPage(),
    'docs/secret-names.md': secretNamesPage(),
    'docs/metrics.md': metricsPage(),
    'deploy/monitoring/saved-objects.ndjson': savedObjects(),
    ...indexTemplates(),
  };
}
