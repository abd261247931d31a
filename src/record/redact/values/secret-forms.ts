import { redactionMark } from '../redact-params.ts';

/** A key, as its issuer writes it: how it begins, and the rest of it. */
type SecretForm = readonly [start: string, rest: string, mark?: string];

/**
 * Keys that are known by how they begin. Each begins where no letter or digit came before, and what may come behind its
 * beginning has no second one in it, so the time is linear.
 */
const prefixed: readonly SecretForm[] = [
  // JSON Web Tokens; signed, encrypted, and encoded once more, as the Kubernetes API takes them
  ['(?<![_-])(?:ey[JA]|ew[0o])', '[\\w-]{6,}\\.(?:[\\w-]+(?:\\.[\\w-]*){0,3}|\\.[\\w-]+(?:\\.[\\w-]*){0,2})'],
  ['(?<![_-])ZXlK', '[\\w-]{20,}'],
  // AWS: the id of a key, with the key if that follows; Google; Azure
  ['(?:AKIA|ASIA|ABIA|ACCA)', '[A-Z0-9]{16}(?![A-Za-z0-9])(?:[\\s:,;"\'=]{1,8}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?'],
  ['AIza', '[\\w-]{35}'],
  ['GOCSPX-', '[\\w-]{20,}'],
  ['ya29\\.', '[\\w-]{20,}'],
  ['1//0', '[\\w-]{30,}'],
  // GitHub, GitLab, Bitbucket and Atlassian
  ['gh[pousr]_', '[A-Za-z0-9]{20,}'],
  ['github_pat_', '\\w{20,}'],
  ['gl(?:pat|dt|rt|cbt|ptt|ft|soat|oas|agent|imt|ffct)-', '[\\w.-]{20,}'],
  ['AT(?:ATT|CTT|BB)', '[\\w=-]{24,}'],
  // Slack, Stripe, Shopify, Square, SendGrid, Twilio, Mailgun, Postman
  ['xox[abceoprsx]-', '[\\w.-]{10,}'],
  ['xapp-', '[\\w-]{20,}'],
  ['(?:sk|rk)_(?:live|test)_', '\\w{10,}'],
  ['whsec_', '[\\w/+]{20,}'],
  ['shp(?:at|ss|ca|pa)_', '[0-9A-Fa-f]{32}'],
  ['sq0[a-z]{3}-', '[\\w-]{22,}'],
  ['SG\\.', '[\\w-]{16,}\\.[\\w-]{16,}'],
  ['(?<![_-])SK', '[0-9a-f]{32}(?![\\w-])'],
  ['(?<![_-])key-', '[0-9a-f]{32}(?![\\w-])'],
  ['PMAK-', '[\\w-]{20,}'],
  // OpenAI, Anthropic and others
  ['sk-(?:proj-|ant-|or-|svcacct-|admin-)', '[\\w-]{8,}'],
  ['(?<![_-])sk-', '(?=[\\w-]{0,80}[0-9A-Z])[\\w-]{20,}'],
  ['(?<![_-])(?:gsk|hf|r8|xai|pplx|fw)[_-]', '[A-Za-z0-9]{28,}'],
  // npm, PyPI, RubyGems, crates.io, Docker
  ['npm_', '[A-Za-z0-9]{30,}'],
  ['pypi-', '[\\w-]{30,}'],
  ['rubygems_', '[0-9a-f]{40,}'],
  ['(?<![_-])cio', '[A-Za-z0-9]{32}(?![\\w-])'],
  ['dckr_(?:pat|oat)_', '[\\w-]{20,}'],
  // DigitalOcean, HashiCorp, Databricks, Grafana, Sentry, New Relic, Dynatrace, Tailscale and others
  ['do[opr]_v1_', '[0-9a-f]{40,}'],
  ['hv[sbr]\\.', '[\\w-]{20,}'],
  ['(?<![_-])dapi', '[0-9a-f]{32}'],
  ['gl(?:sa|c)_', '[\\w=]{20,}'],
  ['sntr[yu]s_', '[\\w=+/-]{20,}'],
  ['NRAK-', '[A-Z0-9]{20,}'],
  ['dt0[a-z]\\d{2}\\.', '[A-Z0-9]{20,}\\.[A-Z0-9]{40,}'],
  ['tskey-', '[\\w-]{16,}'],
  ['(?<![_-])(?:lin_api|figd|ntn|pscale_tkn|pscale_pw|sbp|pul|dp\\.(?:pt|st|ct)|fo1|pnu)[_.-]', '[\\w.-]{24,}'],
  ['AGE-SECRET-KEY-1', '[A-Z0-9]{20,}'],
  ['LS0tLS1CRUdJTi(?:BSU0Eg|BQUklW|BFQyBQ|BPUEVO|BFTkNS|BEU0Eg|BFTlRJ)', '[\\w+/=]{10,}'],
];
const privateKey =
  '-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)';
/** Telegram, Azure AD, Mailchimp: known by what they have in them, which comes last here. */
const unprefixed: readonly Required<SecretForm>[] = [
  ['(?<!\\d)\\d{6,12}(?::|%3[Aa])AA', '[\\w-]{32,}', '[:Aa]AA'],
  ['(?<![\\w~.-])[\\w~.-]{3}\\dQ~', '[\\w~.-]{31,}', '\\dQ~'],
  ['(?<![0-9a-z])[0-9a-f]{32}-us', '\\d{1,2}', '-us\\d'],
];
/** Secrets in a URL, behind what may be seen of it. */
const places: readonly SecretForm[] = [
  ['bearer\\.authorization\\.k8s\\.io\\.', '[\\w-]+'],
  ['hooks\\.slack\\.com/(?:services|workflows|triggers)/', '[\\w/-]+'],
  ['/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/', '[A-Za-z0-9]{16,}'],
  ['/api/webhooks/\\d{15,20}/', '[\\w-]{40,}'],
  ['/webhookb2/', '[\\w@/-]{40,}'],
];

const starts = prefixed.map(([start]) => start).join('|');
const privateKeyStart = '-----BEGIN';
/**
 * Every secret has one of these in it. Hardly any text has one, and to find that out takes a small part of the time of
 * looking for secrets, above all where a word has to begin first. Each has a letter that is no hexadecimal digit
 * (`ordinary-text.ts`).
 */
const startMark = new RegExp(`(?:^|[^A-Za-z0-9])(?:${starts})`);
const otherMark = new RegExp(
  [...unprefixed.map(([, , mark]) => mark), ...places.map(([start]) => start), privateKeyStart].join('|'),
);
const secrets = new RegExp(
  [`(?<![A-Za-z0-9])(?:${prefixed.map(whole).join('|')})`, ...unprefixed.map(whole), privateKey].join('|'),
  'g',
);
const placed = new RegExp(`(${places.map(([start]) => start).join('|')})(?!\\[)[\\w@/-]+`, 'g');
const cutStarts = [`(?<![A-Za-z0-9])(?:${starts})`, ...unprefixed.map(([start]) => start)].join('|');
const cutSecret = new RegExp(`(?:${cutStarts})[\\w.~+/=:%-]*$`);
const wordCharacter = /[\w.~+/=:%-]/;

/** Replaces keys and tokens. */
export function redactSecretForms(text: string): string {
  if (!startMark.test(text) && !otherMark.test(text)) return text;
  return text.replace(secrets, redactionMark).replace(placed, `$1${redactionMark}`);
}

/** Replaces what begins like a key or token at the end of a text that was cut off. */
export function redactCutForm(text: string): string {
  const start = wordStart(text);
  const word = text.slice(start);
  const match = cutSecret.exec(word);
  return match === null ? text : text.slice(0, start + match.index) + redactionMark;
}

/** Where the last word begins. */
function wordStart(text: string): number {
  let at = text.length;
  while (at > 0 && wordCharacter.test(text[at - 1] ?? '')) at--;
  return at;
}

function whole([start, rest]: SecretForm): string {
  return start + rest;
}
