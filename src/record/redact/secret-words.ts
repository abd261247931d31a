import { phrases } from './phrases.ts';

/** Words that make the value of a name a secret. They are singular here, and count as plurals, too. */
export const secretWords = phrases(`
  password, passwd, passphrase, passcode, pwd, pswd, pin, otp, totp, secret, token, credential, cred, jwt, bearer,
  assertion, signature, sig, hmac, authorization, authorisation, apikey, cookie, sid, sessid, jsessionid, phpsessid,
  csrf, xsrf, wpnonce, sesskey, cvv, cvc, csc, pan, iban, ssn, psk, hotp, jsessionidsso
`);

/** Words that do so next to each other, also in two parts of a name: `api_key`, `sessionId`, `card[number]`. */
export const secretPhrases = phrases(`
  api key, access key, private key, secret key, signing key, encryption key, account key, auth key, master key,
  session key, shared key, preshared key, subscription key, function key, functions key, app key, application key,
  admin key, decryption key, encrypt key, reset key, encryption customer key, google access id, session id,
  session identifier, sess id, card number, cc number, account number, acct number, card num, cc num, account num,
  acct num, card no, cc no, account no, acct no, social security, x card code, code verifier, oauth verifier,
  saml response, saml art, wp nonce, access code, auth code, authenticator code, backup code, device code, login code,
  mfa code, one time code, recovery code, reset code, security code, sms code, 2 fa code, tfa code, two factor code,
  verification code, pass 1, pass 2, pass code, pass confirm, pass confirmation, pass hash, pass phrase, pass word,
  admin pass, bind pass, confirm pass, current pass, database pass, db pass, email pass, ftp pass, imap pass, ldap pass,
  login pass, mail pass, my pass, mysql pass, new pass, old pass, redis pass, repeat pass, root pass, smtp pass,
  user pass, wp pass, service key, license key, licence key, security answer, verify code, confirmation code, pass wd,
  keystore pass, truststore pass, store pass, key pass, user pw, db pw
`);

/** What is a secret only as a whole name, or as the whole of its last part: `auth`, `user[pass]`, `X-Session`. */
export const secretWholeNames = phrases(
  'auth, pass, key, session, authentication, dpop, passkey, credit card, debit card, pw, psw, passw',
);

/**
 * Words that are found without capitals and punctuation around them, too (`userpassword`, `x-accesstoken`), because
 * they are part of no other word but those of `otherWords`; taken apart as they are written here.
 */
export const distinctWords = phrases(`
  password, passwd, passphrase, passcode, pwd, secret, token, credential, signature, cookie, authorization,
  authorisation, session, jwt, csrf, xsrf, api key, access key, private key, signing key, encryption key, account key,
  subscription key, master key, shared key, card number, card pan, account number, security code, verification code,
  api
`);

/** Words that contain one of those and have nothing to do with it. */
export const otherWords = phrases(`
  tokenization, tokenisation, tokenizer, tokeniser, tokenized, tokenised, tokenize, tokenise, tokenizing, tokenising,
  tokenless, secretariat, secretary, secretaries, secretarial, secretion, passwordless, cookieless, credentialing,
  credentialed, credentialless
`);
