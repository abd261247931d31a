import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { errorMessage } from '../../../src/sink/client/error-message.ts';
import { socketFailure } from '../../../src/sink/client/socket-failure.ts';

test('of an error of OpenSSL only the reason is said, of any other its message, in one line', () => {
  const source = '../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1590';
  const what = '00B2:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required';
  const alert = `${what}:${source}:SSL alert number 116\n`;
  const cases: readonly (readonly [error: Error, expected: string])[] = [
    [new Error(alert), 'tlsv13 alert certificate required'],
    [
      Object.assign(new Error('long\n'), { library: 'SSL routines', reason: 'wrong version number' }),
      'wrong version number',
    ],
    [
      new Error(`write EPROTO 00B2:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:${source}:\n`),
      'wrong version number',
    ],
    [new Error('error:05800074:x509 certificate routines::key values mismatch'), 'key values mismatch'],
    [Object.assign(new Error('Hostname does not match: x'), { reason: 'x' }), 'Hostname does not match: x'],
    [new Error('one\r\ntwo\n'), 'one two'],
    [new Error(''), ''],
  ];
  for (const [error, expected] of cases) assert.equal(errorMessage(error), expected);
});

test('what OpenSSL really says of a file that is no certificate is short', () => {
  assert.throws(
    () => createSecureContext({ cert: 'no certificate' }),
    (error: Error) => /^no start line$/i.test(errorMessage(error)),
  );
});

test('no failure of a socket has a line feed in its reason', () => {
  for (const code of ['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO', 'EWHATEVER']) {
    const { reason } = socketFailure(Object.assign(new Error('it\nfails\n'), { code }));
    assert.match(reason, /it fails$/);
  }
});
