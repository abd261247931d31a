import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { unpack } from 'msgpackr';
import { type Credentials, Handshake, type HandshakeStep } from '../../../src/sink/fluentd/fluentd-handshake.ts';
import { type Message, MessageReader } from '../../../src/sink/fluentd/fluentd-message-reader.ts';

const salt = '00112233445566778899aabbccddeeff';
/** No UTF-8: what Fluent Bit sends. */
const nonce = Buffer.from('fffe80c3a9ff00', 'hex');
const authSalt = Buffer.from('c0ffee', 'hex');
const key: Credentials = { sharedKey: 'key-ä', user: undefined, password: undefined };

const sha512 = (...parts: readonly (string | Buffer)[]) =>
  createHash('sha512')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest('hex');

function message(value: Buffer): Message {
  const [read] = new MessageReader().push(value) ?? [];
  assert.ok(read !== undefined);
  return read;
}

/** A HELO with its nonce as `str` (a7) or `bin` (c407). */
function helo(form: 'str' | 'bin', auth = Buffer.alloc(0)): Message {
  const head = Buffer.from(form === 'str' ? 'a7' : 'c407', 'hex');
  const parts = ['92a448454c4f82a56e6f6e6365', head, nonce, 'a461757468', Buffer.of(0xc4, auth.length), auth];
  return message(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part))));
}

function text(value: string): Message {
  return Buffer.from(value);
}

function pong(accepted: boolean, reason: string, name: string, proof: string): Message {
  return [text('PONG'), accepted, text(reason), text(name), text(proof)];
}

function ping(step: HandshakeStep): unknown {
  assert.equal(step.kind, 'answer');
  return step.kind === 'answer' ? unpack(step.bytes) : undefined;
}

const proofOf = (name: string, sharedKey = key.sharedKey) => sha512(salt, name, nonce, sharedKey);

describe('the handshake', () => {
  for (const form of ['str', 'bin'] as const) {
    test(`proves that both know the key, with a nonce of any bytes as ${form}`, () => {
      const handshake = new Handshake(key, 'pod-1', salt);
      assert.deepEqual(ping(handshake.receive(helo(form))), ['PING', 'pod-1', salt, proofOf('pod-1'), '', '']);
      const done = handshake.receive(pong(true, '', 'log-1', proofOf('log-1')));
      assert.deepEqual(done, { kind: 'done', serverName: 'log-1' });
    });
  }

  test('gives user name and password where they are wanted', () => {
    const handshake = new Handshake({ ...key, user: 'shipper', password: 'paß' }, 'pod-1', salt);
    const answer = ping(handshake.receive(helo('bin', authSalt)));
    const digest = sha512(authSalt, 'shipper', 'paß');
    assert.deepEqual(answer, ['PING', 'pod-1', salt, proofOf('pod-1'), 'shipper', digest]);
  });

  test('keeps user name and password for itself where nobody wants them', () => {
    const handshake = new Handshake({ ...key, user: 'shipper', password: 'secret' }, 'pod-1', salt);
    assert.deepEqual(ping(handshake.receive(helo('str'))), ['PING', 'pod-1', salt, proofOf('pod-1'), '', '']);
  });

  const refusals: readonly (readonly [title: string, answers: readonly Message[], reason: RegExp])[] = [
    ['a server that wants a user', [helo('str', authSalt)], /FLUENTD_USER/],
    ['a server that refuses', [helo('str'), pong(false, 'shared_key mismatch', '', '')], /shared_key mismatch/],
    ['a refusal without a reason', [helo('str'), pong(false, '', '', '')], /no reason given/],
    ['a server with another key', [helo('str'), pong(true, '', 'log-1', proofOf('log-1', 'other'))], /does not prove/],
    ['a proof for another name', [helo('str'), pong(true, '', 'log-1', proofOf('log-2'))], /does not prove/],
    ['a proof that is ours sent back', [helo('str'), pong(true, '', 'log-1', proofOf('pod-1'))], /does not prove/],
    ['a PONG that is cut short', [helo('str'), [text('PONG'), true]], /does not prove/],
    ['a second HELO', [helo('str'), helo('str')], /PONG/],
    ['a HELO without nonce', [[text('HELO'), {}]], /nonce/],
    ['a HELO without options', [[text('HELO')]], /nonce/],
    ['an acknowledgement instead', [{ ack: text('x') }], /HELO/],
    ['nil', [null], /HELO/],
    ['a number', [72], /HELO/],
  ];
  for (const [title, answers, reason] of refusals) {
    test(`ends as a matter of configuration: ${title}`, () => {
      const handshake = new Handshake(key, 'pod-1', salt);
      const step = answers.map((answer) => handshake.receive(answer)).at(-1);
      assert.ok(step?.kind === 'misconfigured');
      assert.match(step.reason, reason);
      assert.ok(!step.reason.includes(key.sharedKey));
    });
  }
});
