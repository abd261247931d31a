import type { Identity, PodLabels } from './record.ts';

/**
 * The identity with labels that no index takes for objects: Elasticsearch splits names at their dots, and then `app`
 * and `app.kubernetes.io/name` exclude each other. Elastic's own collectors write `_` as well.
 */
export function withDotlessLabels(identity: Identity): Identity {
  const { labels } = identity;
  return labels === undefined ? identity : { ...identity, labels: dotless(labels) };
}

/** Of two that would be the same, the second one has one more `_`. */
export function dotless(labels: PodLabels): PodLabels {
  const found = new Map<string, string>();
  for (const [label, value] of Object.entries(labels)) {
    let name = label.replaceAll('.', '_');
    while (found.has(name)) name += '_';
    found.set(name, value);
  }
  return Object.fromEntries(found);
}
