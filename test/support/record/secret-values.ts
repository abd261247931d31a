export type SecretValue = {
  readonly name: string;
  readonly value: string;
  /** The beginning that stays. */
  readonly shown?: string;
  /** Its beginning says what it is; of most it is shorter than the default. */
  readonly mark?: number;
  /** It may have slashes: in a path, it ends with that. */
  readonly hasSlashes?: true;
};

const hex = '0123456789abcdef';
const mixed = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY';
const upper = 'AB12CD34EF56GH78JK90LM12NP34QR56';

export function base64Json(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

// Put together here, so that nothing that looks for keys in source code finds one.
export const secretValues: readonly SecretValue[] = [
  { name: 'a JSON Web Token', value: `${base64Json({ alg: 'HS256' })}.${base64Json({ sub: '1234567' })}.${mixed}` },
  { name: 'an id of an AWS key', value: `AKIA${upper.slice(0, 16)}` },
  { name: 'an id of a temporary AWS key', value: `ASIA${upper.slice(0, 16)}` },
  { name: 'a key of Google', value: `AIza${mixed}abc` },
  { name: 'an access token of Google', value: `ya29.${mixed}` },
  { name: 'a refresh token of Google', value: `1//0${mixed}` },
  { name: 'a client secret of Google', value: `GOCSPX-${mixed.slice(0, 28)}` },
  { name: 'a client secret of Azure AD', value: `aB38Q~${mixed}` },
  { name: 'a personal token of GitHub', value: `ghp_${mixed}abcd` },
  { name: 'a server token of GitHub', value: `ghs_${mixed}abcd` },
  { name: 'a fine-grained token of GitHub', value: `github_pat_${mixed}_${mixed}` },
  { name: 'a token of GitLab', value: `glpat-${mixed.slice(0, 20)}` },
  { name: 'a runner token of GitLab', value: `glrt-${mixed.slice(0, 20)}` },
  { name: 'a token of Atlassian', value: `ATATT3x${mixed}=A1B2C3D4` },
  { name: 'a bot token of Slack', value: `xoxb-123456789012-1234567890123-${mixed}` },
  { name: 'a user token of Slack', value: `xoxp-123456789012-${mixed}` },
  { name: 'an app token of Slack', value: `xapp-1-A012-${mixed}` },
  {
    name: 'a webhook of Slack',
    value: `hooks.slack.com/services/T01234567/B01234567/${mixed.slice(0, 24)}`,
    shown: 'hooks.slack.com/services/',
    hasSlashes: true,
  },
  { name: 'a secret key of Stripe', value: `sk_live_${mixed}` },
  { name: 'a restricted key of Stripe', value: `rk_live_${mixed}` },
  { name: 'a test key of Stripe', value: `sk_test_${mixed}` },
  { name: 'a webhook secret of Stripe', value: `whsec_${mixed}`, hasSlashes: true },
  { name: 'a token of Shopify', value: `shpat_${hex}${hex}` },
  { name: 'a token of Square', value: `sq0atp-${mixed.slice(0, 22)}` },
  { name: 'a key of SendGrid', value: `SG.${mixed.slice(0, 22)}.${mixed}abcdefghijk` },
  { name: 'a key of Twilio', value: `SK${hex}${hex}` },
  { name: 'a key of Mailgun', value: `key-${hex}${hex}` },
  { name: 'a key of Mailchimp', value: `${hex}${hex}-us12`, mark: 37 },
  { name: 'a key of OpenAI', value: `sk-${mixed}` },
  { name: 'a project key of OpenAI', value: `sk-proj-${mixed}_${mixed}` },
  { name: 'a key of Anthropic', value: `sk-ant-api03-${mixed}-${mixed}` },
  { name: 'a token of Hugging Face', value: `hf_${mixed}ab` },
  { name: 'a key of Groq', value: `gsk_${mixed}` },
  { name: 'a token of npm', value: `npm_${mixed}abcd` },
  { name: 'a token of PyPI', value: `pypi-AgEIcHlwaS5vcmc${mixed}` },
  { name: 'a token of Docker', value: `dckr_pat_${mixed}` },
  { name: 'a token of DigitalOcean', value: `dop_v1_${hex}${hex}${hex}${hex}` },
  { name: 'a token of Vault', value: `hvs.${mixed}` },
  { name: 'a token of Databricks', value: `dapi${hex}${hex}` },
  { name: 'a token of Grafana', value: `glsa_${mixed}_1a2b3c4d` },
  { name: 'a key of New Relic', value: `NRAK-${upper.slice(0, 27)}` },
  { name: 'a token of Telegram', value: `123456789:AA${mixed}a` },
  { name: 'a key of Tailscale', value: `tskey-auth-${mixed}` },
  {
    name: 'a private key',
    value: `-----BEGIN RSA PRIVATE KEY-----\n${mixed}\n-----END RSA PRIVATE KEY-----`,
    mark: 32,
  },
  {
    name: 'a private key of SSH',
    value: `-----BEGIN OPENSSH PRIVATE KEY-----\n${mixed}\n-----END OPENSSH PRIVATE KEY-----`,
    mark: 36,
  },
  {
    name: 'a private key in Base64',
    value: Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n${mixed}`).toString('base64'),
    mark: 24,
    hasSlashes: true,
  },
];
