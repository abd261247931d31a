import type { LogRecord } from '../../record/record.ts';

const values: { readonly [placeholder: string]: (record: LogRecord) => string | undefined } = {
  direction: (record) => record.endpoints.direction,
  namespace: (record) => record.identity.namespace,
  pod: (record) => record.identity.pod,
};

/** What may stand in FLUENTD_TAG between `%{` and `}`. */
export const tagPlaceholders: readonly string[] = Object.keys(values);

/** The tag of each record: the template with its placeholders filled in; what is not known is `unknown`. */
export function createTagger(template: string): (record: LogRecord) => string {
  if (!template.includes('%{')) return () => template;
  return (record) =>
    template.replace(/%\{(\w+)\}/g, (_, name: string) =>
      (values[name]?.(record) ?? 'unknown').replace(/[^\w.-]/g, '_'),
    );
}
