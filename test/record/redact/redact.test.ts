import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor } from '../../../src/record/redact/redact.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

const plain = { enabled: true, headers: [], params: [] };
const redactor = createRedactor(plain);
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N';

const targets: readonly (readonly [target: string, redacted: string])[] = [
  ['/', '/'],
  ['/a/b.c?page=2&sort=name', '/a/b.c?page=2&sort=name'],
  ['/a?token=s3cret', '/a?token=[redacted]'],
  ['/a?x=1&token=s3cret&y=2', '/a?x=1&token=[redacted]&y=2'],
  ['/a?ACCESS_TOKEN=s3cret', '/a?ACCESS_TOKEN=[redacted]'],
  [
    '/a?access-token=s3cret&apiKey=s3cret&api_key=s3cret',
    '/a?access-token=[redacted]&apiKey=[redacted]&api_key=[redacted]',
  ],
  ['/a?X-Amz-Signature=s3cret&X-Amz-Date=1', '/a?X-Amz-Signature=[redacted]&X-Amz-Date=1'],
  [
    '/a?X-Amz-Credential=s3cret&X-Amz-Security-Token=s3cret',
    '/a?X-Amz-Credential=[redacted]&X-Amz-Security-Token=[redacted]',
  ],
  [
    '/a?X-Goog-Signature=s3cret&sig=s3cret&Signature=s3cret',
    '/a?X-Goog-Signature=[redacted]&sig=[redacted]&Signature=[redacted]',
  ],
  ['/a?AWSAccessKeyId=s3cret&password=s3cret', '/a?AWSAccessKeyId=[redacted]&password=[redacted]'],
  ['/a?%74oken=s3cret', '/a?%74oken=[redacted]'],
  ['/a?%2574oken=s3cret', '/a?%2574oken=[redacted]'],
  ['/a?user%5Bpassword%5D=s3cret&user[password]=s3cret', '/a?user%5Bpassword%5D=[redacted]&user[password]=[redacted]'],
  ['/a?token[]=s3cret', '/a?token[]=[redacted]'],
  ['/a?+token=s3cret', '/a?+token=[redacted]'],
  ['/a?%zz&token=s3cret', '/a?%zz&token=[redacted]'],
  ['/a?%ff%74oken=s3cret', '/a?%ff%74oken=[redacted]'],
  ['/a?a=1;token=s3cret;b=2', '/a?a=1;token=[redacted];b=2'],
  ['/a?token=s3;cret', '/a?token=[redacted]'],
  ['/a?token=s3#cret', '/a?token=[redacted]'],
  ['/a?token=s3=cret==&b=2', '/a?token=[redacted]&b=2'],
  ['/a?token=s3/cr?et', '/a?token=[redacted]'],
  ['/a?token', '/a?token'],
  ['/a?token=', '/a?token='],
  ['/a?token=&b=2', '/a?token=&b=2'],
  ['/a#access_token=s3cret&state=1', '/a#access_token=[redacted]&state=1'],
  ['/a?x=1#token=s3cret', '/a?x=1#token=[redacted]'],
  ['/a;jsessionid=s3cret/b?x=1', '/a;jsessionid=[redacted]/b?x=1'],
  ['/token=s3cret/b', '/token=[redacted]/b'],
  ['/a?next=/b?token=s3cret&c=1', '/a?next=/b?token=[redacted]&c=1'],
  ['/a?next=%2Fb%3Fx%3D1%26token%3Ds3cret&c=1', '/a?next=%2Fb%3Fx%3D1%26token%3D[redacted]&c=1'],
  ['/a?next=%252Fb%253Ftoken%253Ds3cret', '/a?next=%252Fb%253Ftoken%253D[redacted]'],
  ['/a?state=token%3Ds3cret', '/a?state=token%3D[redacted]'],
  ['/a?next=https://u:s3cret@h/', '/a?next=https://[redacted]@h/'],
  ['/a?next=https%3A%2F%2Fu%3As3cret%40h%2F', '/a?next=https%3A%2F%2F[redacted]%40h%2F'],
  ['/a?next=https%3A%2F%2Fh%2F%3Fmail%3Da%40b', '/a?next=https%3A%2F%2Fh%2F%3Fmail%3Da%40b'],
  ['/a?next=http://h&mail=a@b', '/a?next=http://h&mail=a@b'],
  ['/users/a@b.org', '/users/a@b.org'],
  ['//u:s3cret@h/a', '//[redacted]@h/a'],
  ['http://u:s3cret@h:80/a', 'http://[redacted]@h:80/a'],
  ['http://u:s3@cret@h/', 'http://[redacted]@h/'],
  ['http://u:s3&cret@h/', 'http://[redacted]@h/'],
  ['http://u:s3%2Fcret@h/', 'http://[redacted]@h/'],
  ['http://s3cret@h', 'http://[redacted]@h'],
  ['http://h/?mail=a@b', 'http://h/?mail=a@b'],
  ['u:s3cret@h:443', '[redacted]@h:443'],
  [`/reset/${jwt}`, '/reset/[redacted]'],
  [`/a?x=${jwt}&y=1`, '/a?x=[redacted]&y=1'],
  ['/a?key=AIzaSyA-1234567890abcdefghijklmnopqrstu', '/a?key=[redacted]'],
  ['/a?f={"password":"s3cret","page":2}', '/a?f={"password":"[redacted]","page":2}'],
  ['/a?f={"password":"s3&c\\\\r\\"et","page":2}&b=1', '/a?f={"password":"[redacted]","page":2}&b=1'],
  ['/a?f={"pin":1234,"page":2}&b=1', '/a?f={"pin":"[redacted]","page":2}&b=1'],
  ['/a?f={"pin":1234&b=1', '/a?f={"pin":"[redacted]"&b=1'],
  ['/a?f={"token":null,"secret":true,"otp":}', '/a?f={"token":null,"secret":true,"otp":}'],
  ['/a?f={"tokens":["s3cret","]"],"a":1}', '/a?f={"tokens":"[redacted]","a":1}'],
  ['/a?f={"credentials":{"a":"s3cret}"},"b":1}', '/a?f={"credentials":"[redacted]","b":1}'],
  ['/a?f={"credentials":{"a":"s3cret', '/a?f={"credentials":"[redacted]"'],
  ['/a?f={"password":"s3cr', '/a?f={"password":"[redacted]'],
  ["/a?f={'password':'s3cret','a':'b'}", "/a?f={'password':'[redacted]','a':'b'}"],
  ['/a?f=%7B%22pin%22%3A1234%2C%22a%22%3A%22b%22%7D', '/a?f=%7B%22pin%22%3A%22[redacted]%22%2C%22a%22%3A%22b%22%7D'],
  ['/a?f=%7b%2522otp%2522%253a%2522s3cret%2522%7d', '/a?f=%7b%2522otp%2522%253a%2522[redacted]%2522%7d'],
  ['/a?f={"b":"{\\"otp\\":\\"s3\\\\\\"cret\\",\\"c\\":1}"}', '/a?f={"b":"{\\"otp\\":\\"[redacted]\\",\\"c\\":1}"}'],
  ['/a?query={login(password:"s3cret",user:"x"){id}}', '/a?query={login(password:"[redacted]",user:"x"){id}}'],
  ['/a?q=urn:secret:7&arn=arn:aws:token:x', '/a?q=urn:secret:7&arn=arn:aws:token:x'],
  ['/cb?code=s3cret&state=1', '/cb?code=[redacted]&state=1'],
  ['/cb#state=1&code=s3cret', '/cb#state=1&code=[redacted]'],
  ['/oauth/callback?code=s3cret', '/oauth/callback?code=[redacted]'],
  ['/token?grant_type=authorization_code&code=s3cret', '/token?grant_type=authorization_code&code=[redacted]'],
  ['/a?next=%2Fcb%3Fcode%3Ds3cret%26state%3D1', '/a?next=%2Fcb%3Fcode%3D[redacted]'],
  ['/promotions?code=SUMMER&country_code=DE', '/promotions?code=SUMMER&country_code=DE'],
  ['/a?u=//u:s3cret@h/b', '/a?u=//[redacted]@h/b'],
  ['*', '*'],
  ['', ''],
];

for (const [target, redacted] of targets) {
  test('the token of a Kubernetes client that cannot set a header is redacted', () => {
    const token = Buffer.from(jwt).toString('base64url');
    const protocol = `v4.channel.k8s.io, base64url.bearer.authorization.k8s.io.${token}`;
    const redacted = 'v4.channel.k8s.io, base64url.bearer.authorization.k8s.io.[redacted]';
    assert.equal(redactor.header('sec-websocket-protocol')(protocol), redacted);
    const opaque = 'base64url.bearer.authorization.k8s.io.c2VjcmV0, v4.channel.k8s.io';
    assert.equal(redactor.header('sec-websocket-protocol')(opaque), opaque.replace('c2VjcmV0', '[redacted]'));
    assert.equal(redactor.header('x-forwarded-jwt')(token), '[redacted]');
  });

  test(`the target ${target} becomes ${redacted}`, () => {
    assert.equal(redactor.target(target), redacted);
    assert.equal(redactor.target(redacted), redacted, 'nothing is left to redact');
  });
}

const secretHeaders = [
  ...['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key', 'x-auth-token', 'x-csrf-token'],
  ...['x-xsrf-token', 'x-amz-security-token', 'x-goog-iam-authorization-token', 'x-forwarded-access-token'],
  ...['x-vault-token', 'x-gitlab-token', 'x-github-token', 'api-key', 'apikey', 'private-token', 'x-access-token'],
  ...['x-consul-token', 'x-amzn-oidc-accesstoken', 'ocp-apim-subscription-key', 'x-functions-key', 'x-client-secret'],
  ...['x-forwarded-authorization', 'x-goog-iap-jwt-assertion', 'x-session-id', 'cookie2', 'dpop', 'x-password'],
];
for (const name of secretHeaders) {
  test(`the header ${name} is redacted as a whole`, () => {
    assert.equal(redactor.header(name)('s3cret'), '[redacted]');
  });
}

const openHeaders = [
  ...['www-authenticate', 'proxy-authenticate', 'host', 'user-agent', 'accept', 'content-type', 'etag', 'x-request-id'],
  ...['sec-websocket-key', 'access-control-allow-credentials', 'x-forwarded-for', 'traceparent', 'if-none-match'],
];
for (const name of openHeaders) {
  test(`the header ${name} is kept`, () => {
    assert.equal(redactor.header(name)('Bearer realm="a", charset=b'), 'Bearer realm="a", charset=b');
  });
}

const values: readonly (readonly [name: string, value: string, redacted: string])[] = [
  ['referer', 'https://u:s3cret@h/a?token=s3cret&b=1', 'https://[redacted]@h/a?token=[redacted]&b=1'],
  ['location', '/cb#access_token=s3cret&state=1', '/cb#access_token=[redacted]&state=1'],
  ['content-location', '/a?sig=s3cret', '/a?sig=[redacted]'],
  ['origin', 'https://u:s3cret@h', 'https://[redacted]@h'],
  ['refresh', '5; url=https://h/?token=s3cret', '5; url=https://h/?token=[redacted]'],
  ['refresh', '5;url=/a;jsessionid=s3cret?b=1', '5;url=/a;jsessionid=[redacted]?b=1'],
  [
    'link',
    '<https://h/?token=s3cret>; rel="next", </?sig=s3cret&p=1>',
    '<https://h/?token=[redacted]>; rel="next", </?sig=[redacted]&p=1>',
  ],
  ['x-original-url', '/a?password=s3cret', '/a?password=[redacted]'],
  ['x-forwarded-uri', '/a?%70assword=s3cret', '/a?%70assword=[redacted]'],
  ['x-original-uri', '/a;token=s3cret', '/a;token=[redacted]'],
  ['x-rewrite-url', 'http%3A%2F%2Fu%3As3cret%40h', 'http%3A%2F%2F[redacted]%40h'],
  ['host', 'u:s3cret@h:80', '[redacted]@h:80'],
  [':authority', 'u:s3cret@h:80', '[redacted]@h:80'],
  ['refresh', '5; url=//u:s3cret@h/', '5; url=//[redacted]@h/'],
  ['link', '<//u:s3cret@h/>; rel=next', '<//[redacted]@h/>; rel=next'],
  ['x-context', '{"url":"https:\\/\\/u:s3cret@h"}', '{"url":"https:\\/\\/[redacted]@h"}'],
  ['x-context', '{"token":"s3cret","user":"a"}', '{"token":"[redacted]","user":"a"}'],
  ['x-context', 'a; token="s3 cret"; b=1', 'a; token="[redacted]"; b=1'],
  ['x-context', "token='s3 cret' b=1", "token='[redacted]' b=1"],
  ['x-context', 'token=\\"s3 cret\\" b=1', 'token=\\"[redacted]\\" b=1'],
  ['etag', 'W/"token:7"', 'W/"token:7"'],
  ['x-forwarded-host', 's3cret@h', '[redacted]@h'],
  ['from', 'a@b.org', 'a@b.org'],
  ['x-anything', `made by ${jwt}`, 'made by [redacted]'],
  ['sec-websocket-protocol', `bearer, ${jwt}`, 'bearer, [redacted]'],
  [
    'content-type',
    'multipart/form-data; boundary=----WebKitFormBoundaryABCDEFGHIJKLMNOP',
    'multipart/form-data; boundary=----WebKitFormBoundaryABCDEFGHIJKLMNOP',
  ],
  ['accept', 'text/html;q=0.9, */*;q=0.8', 'text/html;q=0.9, */*;q=0.8'],
];
for (const [name, value, redacted] of values) {
  test(`${name}: ${value} becomes ${redacted}`, () => assert.equal(redactor.header(name)(value), redacted));
}

test('users can add names, in any case and punctuation', () => {
  const own = createRedactor({ enabled: true, headers: ['X-Tenant'], params: ['card_no', 'contraseña'] });
  assert.equal(own.header('x-tenant')('a'), '[redacted]');
  assert.equal(own.header('authorization')('a'), '[redacted]');
  assert.equal(own.target('/?cardNo=1&x-tenant=2&token=3'), '/?cardNo=[redacted]&x-tenant=2&token=[redacted]');
  assert.equal(own.target('/?contrase%C3%B1a=1&contraseña=2'), '/?contrase%C3%B1a=[redacted]&contraseña=[redacted]');
});

test('redaction can be turned off', () => {
  const off = createRedactor({ enabled: false, headers: ['x'], params: ['y'] });
  assert.equal(off.header('authorization')('Basic eA=='), 'Basic eA==');
  assert.equal(off.target('http://u:p@h/?token=x'), 'http://u:p@h/?token=x');
});

test('long hostile values take linear time', async () => {
  const units = [
    ...['&', '%', '%25', '://', '//', '//=', '@', '=', ';a', '&a=', 'token=', 'eyJ-', 'ZXlK', 'AKIA ', '[', 'a'],
    ...['bearer.authorization.k8s.io.', 'eyJaaaaaaaaaa.', '%3a%2f%2f', '%2f%2f', 'code=', 'state='],
    ...[
      '"',
      "'",
      '\\',
      '\\"',
      '%22',
      '%5C',
      '%5C%22',
      ':',
      '" ',
      '":',
      '": ',
      '"a":',
      '"token":',
      '"token":"',
      '"token":[',
    ],
    ...[
      '"pin":{"a":"',
      'token:"',
      "token:'",
      'token="',
      'token=\\',
      'token: ',
      '{',
      '%7B',
      '"pin":1',
      '"pin":null,',
      '+',
    ],
  ];
  for (const unit of units) {
    const ofLength = (length: number) => `/?%="":${unit.repeat(length / unit.length)}`;
    await assertLinear({
      run: (text) => void (redactor.target(text) + redactor.header('x')(text)),
      less: () => ofLength(20_000),
      more: () => ofLength(80_000),
    });
  }
});
