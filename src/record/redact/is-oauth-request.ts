const start = '(?:(?<![A-Za-z\\d])|(?<=%(?:25)*(?:2[236]|3[BF])))';
const parameter =
  '(?:state|scope|iss|grant_?type|redirect_?ur[il]|client_?id|code_?verifier|session_?state|nonce)' +
  '(?:=|%(?:25)*3D|\\\\?"[ \\t]{0,8}:|%(?:25)*22[+ ]?(?:%(?:25)*3A|:))';
const pathPart = '(?:oauth2?|oidc|openid|sso|auth|authori[sz]e|sign-?in|login|callback|cb|token|connect)(?![A-Za-z])';

/**
 * What stands beside the `code` of an authorization response or a token request (RFC 6749, sections 4.1.2 and 4.1.3;
 * RFC 7636; OpenID Connect Core): another parameter or field of theirs, or the path that a client calls its own. All of
 * it may be percent-encoded.
 */
const mark = new RegExp(`${start}${parameter}|(?:[/-]|%(?:25)*2F)${pathPart}`, 'i');

/** Whether a target, a URL or a body is that of an OAuth request, so that its `code` can be changed for a token. */
export function isOAuthRequest(text: string): boolean {
  return mark.test(text);
}
