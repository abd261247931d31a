import type { Settings } from '../config/settings.ts';

/** What is redacted, for people: a line for each kind of thing that was configured, aligned as those of `--check`. */
export function describeRedaction({ record: { redact, bodies } }: Settings): readonly string[] {
  if (!redact.enabled) {
    return [
      'warning:       REDACT=false: passwords, tokens, cookies and all other secrets are logged as they were sent',
    ];
  }
  const places = ['headers', 'cookies', 'query parameters', ...(bodies.kind === 'none' ? [] : ['bodies'])];
  const added = [
    ...(redact.headers.length === 0 ? [] : [`headers ${redact.headers.join(', ')}`]),
    ...(redact.params.length === 0 ? [] : [`parameters and body fields ${redact.params.join(', ')}`]),
  ];
  return [
    `redacted:      what is named like a secret (password, token, api_key ...) in ${places.join(', ')}; user-info of ` +
      'URLs; tokens and keys by their form',
    ...(added.length === 0 ? [] : [`also redacted: ${added.join('; ')}`]),
    ...(redact.except.length === 0 ? [] : [`not redacted:  ${redact.except.join(', ')}`]),
  ];
}
