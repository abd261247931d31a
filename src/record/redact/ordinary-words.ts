import { phrases } from './phrases.ts';

/**
 * Words behind the last secret one, with which a name says something about the secret and not the secret: `token_type`,
 * `csrf-token-header-name`, `passwordExpiresAt`. Plurals count.
 */
export const aboutWords = phrases(`
  type, kind, name, format, version, mode, method, scheme, alg, algo, algorithm, encoding, count, counter, limit, quota,
  length, len, size, min, max, minimum, maximum, per, rate, use, usage, remaining, budget, cost, price, amount, balance,
  symbol, decimals, supply, address, expiry, expiration, expires, expire, expired, exp, ttl, lifetime, lifespan, age,
  timeout, validity, valid, duration, date, time, timestamp, interval, created, updated, changed, modified, issued,
  revoked, rotated, rotation, sent, last used, attempts, retries, tries, failures, error, required, enabled, disabled,
  supported, allowed, protected, protection, accepted, provided, status, category, policy, policies, rule, requirement,
  strength, score, complexity, pattern, regex, validator, endpoint, url, uri, path, filename, domain, host, origin,
  namespace, ref, arn, scope, audience, issuer, provider, manager, hasher, channel, question, scanning, alert, consent,
  banner, notice, secure, http only, httponly, same site, samesite, icon, color, logprobs, response enc, total, level,
  index, position, offset, latency, verified, masked, placeholder
`);

/** Words at the start of a name that ask for a yes or no, or a number: `has_password`, `maxTokens`. */
export const askingWords = phrases(`
  has, is, max, min, maximum, minimum, total, num, number of, count, use, uses, require, requires, need, needs, enable,
  disable, allow, allows, show, hide, supports, want, wants, include, includes, masked, automount
`);

/** What has a `sid` that is no session: resources of Twilio, objects of Windows. */
const sidOwners = phrases(`
  account, activity, address, application, app, asset, brand, build, bundle, call, caller, challenge, channel,
  conference, contact, content, context, conversation, credential, deployment, device, document, domain, endpoint,
  entity, environment, execution, factor, fleet, flow, function, group, instance, interaction, job, list, media, member,
  message, mms, network, number, object, operator, order, participant, plan, policy, profile, queue, recording,
  registration, request, resource, role, room, service, sim, sms, step, stream, subaccount, task, template, transcript,
  trunk, verification, version, worker, workflow, workspace
`);

/** Words that are no secret next to each other, wherever they stand in a name. Plurals count. */
export const ordinaryPhrases: readonly string[] = [
  ...sidOwners.map((owner) => `${owner} sid`),
  // Places in a list: without them nobody could follow how a client pages through it.
  ...phrases(`
    page token, next token, continuation token, pagination token, sync token, skip token, delta token, forward token,
    backward token, previous token, cursor token, starting token, scroll token
  `),
  // Keys of idempotency and of locks: they only say that two requests are the same.
  ...phrases('client request token, idempotency token, lock token'),
  // Tokens of language models.
  ...phrases(`
    prompt tokens, completion tokens, input tokens, output tokens, total tokens, max tokens, num tokens, cached tokens,
    reasoning tokens, thinking tokens, audio tokens, image tokens, text tokens, remaining tokens, used tokens,
    generated tokens, prediction tokens, stop tokens, special tokens, limit tokens, reset tokens, ratelimit tokens,
    tokens used, tokens reset, tokens details, eos token, bos token, pad token, unk token, cls token, sep token,
    mask token, token ids, tokens in, tokens out, tokens input, tokens output, tokens prompt, tokens completion,
    tokens generated, tokens consumed, tokens cached, tokens left, tokens available, tokens processed, tokens evaluated,
    tokens predicted, available tokens, consumed tokens, n tokens, first token, last token
  `),
  ...phrases(`
    allow credential, with credential, csrf param, csrf parameter, csrf header, xsrf header, test cookie, accept cookie,
    cookie setting, cookie preference, cookie law, cookie category, cookie serializer, public key pin, accept signature,
    signature input, signature verification, email signature, mail signature, method signature, function signature,
    type signature, time signature, key signature, assertion consumer service, authorization details,
    authorization server, prior authorization, bound access token, image pull secret, encryption key id, signing key id,
    kms master key, card number last, cvc check, cvv check, cvc result, cvv result, http tokens, gpio pin, map pin,
    no cookie, pan zoom, pan x, pan y, pan tilt, pan angle
  `),
];

/** What is no secret as a whole name, or as the whole of its last part. */
export const ordinaryWholeNames = phrases(
  'forgot password, forgotten password, lost password, password reset, secret santa, remember password, save password',
);

/** Other words that stand beside secret ones without a capital or punctuation between them: `x-userpin`. */
export const neighbouringWords = phrases(`
  user, client, customer, member, admin, root, my, app, web, php, asp, server, service, system, device, access, refresh,
  id, auth, oauth, login, db, database, new, old, current, confirm, confirmation, repeat, again, verify, reset, header,
  parameter, param, cookie, value, hash, digest, data, text, string, key, number, code, block, card, account, credit,
  debit, bank, atm, email, sms, mail, phone, proxy, request, response, url, saml, in, at, by, of, seconds, minutes, ms,
  idle, store, affinity, config, last, count, usage, bot, push, shared, webhook, consumer, encrypted, hashed, plain,
  master, public
`);
