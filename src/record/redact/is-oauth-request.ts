/**
 * What stands beside the `code` of an authorization response or a token request (RFC 6749, sections 4.1.2 and 4.1.3;
 * RFC 7636; OpenID Connect Core): another parameter or field of theirs, or the path that a client calls its own.
 */
const mark = new RegExp(
  [
    '(?<![A-Za-z\\d])(?:state|scope|iss|grant_?type|redirect_?ur[il]|client_?id|code_?verifier|session_?state|nonce)' +
      '(?:=|%3D|%253D|\\\\?"[ \\t]{0,8}:|%22[+ ]?(?:%3A|:))',
    '[/-](?:oauth2?|oidc|openid|sso|auth|authori[sz]e|sign-?in|login|callback|cb|token|connect)(?![a-z])',
  ].join('|'),
  'i',
);

/** Whether a target, a URL or a body is that of an OAuth request, so that its `code` can be changed for a token. */
export function isOAuthRequest(text: string): boolean {
  return mark.test(text);
}
