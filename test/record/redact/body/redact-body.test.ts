import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContentType } from '../../../../src/record/content-type.ts';
import { createBodyRedactor } from '../../../../src/record/redact/body/redact-body.ts';
import { createSecretNameTest } from '../../../../src/record/redact/secret-names.ts';

const redactor = createBodyRedactor(createSecretNameTest(['shoe_size']));
const redact = (type: string, text: string, cut = false) => redactor(text, parseContentType(type), cut);
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N';

const json: readonly (readonly [text: string, redacted: string])[] = [
  ['{"a":1,"password":"s3cret","b":[true,null]}', '{"a":1,"password":"[redacted]","b":[true,null]}'],
  ['{ "Api-Key" : "s3cret" , "x" : "y" }', '{ "Api-Key" : "[redacted]" , "x" : "y" }'],
  ['{"p\\u0061ssword":"s3\\"cret"}', '{"p\\u0061ssword":"[redacted]"}'],
  ['{"pin":1234,"otp": 12 }', '{"pin":"[redacted]","otp": "[redacted]" }'],
  [
    '{"token":null,"password":false,"a":{"secret":"s3cret"}}',
    '{"token":null,"password":false,"a":{"secret":"[redacted]"}}',
  ],
  ['{"credentials":{"a":"s3cret","b":["}"]},"c":1}', '{"credentials":"[redacted]","c":1}'],
  ['{"token":["s3cret",{"a":"]"}],"c":1}', '{"token":"[redacted]","c":1}'],
  ['{"shoeSize":"s3cret"}', '{"shoeSize":"[redacted]"}'],
  [
    '{"max_tokens":5,"token_type":"bearer","message":"wrong password: try again"}',
    '{"max_tokens":5,"token_type":"bearer","message":"wrong password: try again"}',
  ],
  ['{"url":"https:\\/\\/h\\/?token=s3\\/cret&b=1"}', '{"url":"https://h/?token=[redacted]&b=1"}'],
  ['{"url":"https://u:s3cret@h/"}', '{"url":"https://[redacted]@h/"}'],
  ['{"body":"{\\"password\\":\\"s3cret\\"}"}', '{"body":"{\\"password\\":\\"[redacted]\\"}"}'],
  ['[{"token":"s3cret"}]\n{"token":"s3cret"}\n', '[{"token":"[redacted]"}]\n{"token":"[redacted]"}\n'],
  ['{"password":"s3cr', '{"password":"[redacted]"'],
  ['{"password":"s3cret\\', '{"password":"[redacted]"'],
  ['{"credentials":{"a":"s3cr', '{"credentials":"[redacted]"'],
  ['{"body":"{\\"password\\":\\"s3cr', '{"body":"{\\"password\\":\\"[redacted]\\""'],
  ['{"url":"/?token=s3cr', '{"url":"/?token=[redacted]"'],
  [`{"x":"${jwt}"}`, '{"x":"[redacted]"}'],
  ['{"card":"4111 1111 1111 1111","n":4111111111111112}', '{"card":"[redacted]","n":4111111111111112}'],
];
for (const [text, redacted] of json) {
  test(`JSON ${text} becomes ${redacted}`, () => {
    assert.equal(redact('application/json', text), redacted);
    assert.equal(redact('application/json', redacted), redacted, 'nothing is left to redact');
    if (text.startsWith('{') || text.startsWith('[')) assert.equal(redact('text/plain', text), redacted, 'by its look');
  });
}

const form = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data; boundary="x y"';
const part = (head: string, content: string) =>
  `--x y\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
const others: readonly (readonly [type: string, text: string, redacted: string])[] = [
  [form, 'a=1&password=s3cret;s3cret/s3cret&b=2', 'a=1&password=[redacted]&b=2'],
  [form, 'pass%77ord=s3cret&user%5Btoken%5D=s3cret', 'pass%77ord=[redacted]&user%5Btoken%5D=[redacted]'],
  [form, '{"password":"s3cret"}', '{"password":"[redacted]"}'],
  [form, 'next=https%3A%2F%2Fu%3As3cret%40h&a=b', 'next=https%3A%2F%2F[redacted]%40h&a=b'],
  [
    multipart,
    `${part('name="a"', '1')}${part('name="password"', 's3cret\r\ns3cret')}--x y--\r\n`,
    `${part('name="a"', '1')}${part('name="password"', '[redacted]')}--x y--\r\n`,
  ],
  [multipart, part('filename="f"; name=token', 's3cret'), part('filename="f"; name=token', '[redacted]')],
  [multipart, part("name*=UTF-8''pw%64", 's3cret'), part("name*=UTF-8''pw%64", '[redacted]')],
  [
    multipart,
    `${part('name="a"', '{"token":"s3cret"}')}--x y--`,
    `${part('name="a"', '{"token":"[redacted]"}')}--x y--`,
  ],
  [
    multipart,
    part('name="a"; filename="b.png"\r\nContent-Type: image/png', '\x89PNG'),
    part('name="a"; filename="b.png"\r\nContent-Type: image/png', '[file]'),
  ],
  [
    multipart,
    part('name="a"; filename="b.txt"\r\nContent-Type: text/plain', 'x'),
    part('name="a"; filename="b.txt"\r\nContent-Type: text/plain', 'x'),
  ],
  [multipart, part('name="password"', 's3cr').slice(0, -2), part('name="password"', '[redacted]').slice(0, -2)],
  ['multipart/form-data', part('name="pin"', '1234'), part('name="pin"', '[redacted]')],
  ['application/xml', '<a><password>s3cret</password><b>1</b></a>', '<a><password>[redacted]</password><b>1</b></a>'],
  ['text/xml', '<w:Password Type="x"><![CDATA[s3cret]]></w:Password>', '<w:Password Type="x">[redacted]</w:Password>'],
  ['text/xml', '<token/><a password="s3cret"/>', '<token/><a password="[redacted]"/>'],
  ['text/xml', '<secret>s3cr', '<secret>[redacted]'],
  [
    'text/html',
    '<input type=hidden name="csrf_token" value="s3cret"><p>',
    '<input type=hidden name="csrf_token" value="[redacted]"><p>',
  ],
  ['text/html', '<meta name="csrf-token" content=s3cret>', '<meta name="csrf-token" content="[redacted]">'],
  ['text/html', '<a href="/x?token=s3cret&b=1">b</a>', '<a href="/x?token=[redacted]&amp;b=1">b</a>'],
  ['application/yaml', 'a: 1\npassword: s3 cret # s3cret\nb: 2', 'a: 1\npassword: [redacted]\nb: 2'],
  ['application/yaml', 'private_key: |\n  s3cret\n\n  s3cret\nb: 2', 'private_key: [redacted]\nb: 2'],
  [
    'application/graphql',
    'mutation { login(password: "s3cret", a: 1) }',
    'mutation { login(password: "[redacted]", a: 1) }',
  ],
  ['text/event-stream', 'data: {"token":"s3cret","a":1}\n\n', 'data: {"token":"[redacted]","a":1}\n\n'],
  ['text/plain', 'DB_PASSWORD=s3cret s3cret\nA=1', 'DB_PASSWORD=[redacted]\nA=1'],
  ['text/plain', 'see https://u:s3cret@h/?sig=s3cret for more', 'see https://[redacted]@h/?sig=[redacted] for more'],
  ['text/plain', `Authorization: Bearer s3cret\nx ${jwt}`, 'Authorization: [redacted]\nx [redacted]'],
  [
    'text/plain',
    'AKIAIOSFODNN7EXAMPLE xoxb-123456789012-abcdefghijkl ghp_0123456789abcdefghijklmnopqrstuvwxyz',
    '[redacted] [redacted] [redacted]',
  ],
  ['text/plain', 'AIzaSyA-1234567890abcdefghijklmnopqrstu sk-ant-REDACTED', '[redacted] [redacted]'],
  ['text/plain', 'a\n-----BEGIN RSA PRIVATE KEY-----\nMIIs3cret\n-----END RSA PRIVATE KEY-----\nb', 'a\n[redacted]\nb'],
  ['text/plain', 'a\n-----BEGIN PRIVATE KEY-----\nMIIs3cret', 'a\n[redacted]'],
  ['text/plain', 'on 2024-05-06 4111111111111111 was used', 'on 2024-05-06 [redacted] was used'],
  ['text/plain', '12 4111-1111-1111-1111, 378282246310005', '12 [redacted], [redacted]'],
  [
    'text/plain',
    '1714980000123 at 4111111111111112 for 0004111111111111111',
    '1714980000123 at 4111111111111112 for 0004111111111111111',
  ],
];
for (const [type, text, redacted] of others) {
  test(`${type} ${JSON.stringify(text)} is redacted`, () => {
    assert.equal(redact(type, text), redacted);
    assert.equal(redact(type, redacted), redacted, 'nothing is left to redact');
  });
}

test('a key or card number that was cut off counts when the body was', () => {
  for (const [text, redacted] of [
    ['x AKIAIOSFO', 'x [redacted]'],
    ['x ghp_0123', 'x [redacted]'],
    ['x 411111111111', 'x [redacted]'],
    [`x ${jwt.slice(0, 40)}`, 'x [redacted]'],
  ] as const) {
    assert.equal(redact('text/plain', text, true), redacted);
  }
  assert.equal(redact('text/plain', 'order 411111111111', false), 'order 411111111111');
});

test('a secret never shows, wherever a body is cut', () => {
  const secret = 'Zq7Kp2Xw9';
  const bodies = [
    [
      'application/json',
      `{"a":"b","password":"${secret}","c":{"secret":{"d":["${secret}"]}},` +
        `"u":"/?token=${secret}","n":"{\\"pin\\":\\"${secret}\\"}"}`,
    ],
    [form, `a=1&password=${secret}&b=2&x%5Btoken%5D=${secret}`],
    [
      multipart,
      `${part('name="a"', '1')}${part('name="password"', secret)}` +
        `${part('name="b"', `{"token":"${secret}"}`)}--x y--\r\n`,
    ],
    ['text/xml', `<a><b>1</b><token>${secret}</token><c password='${secret}'/></a>`],
    ['application/yaml', `a: 1\ntoken: ${secret}\npassword: |\n  ${secret}\nb: 2`],
    ['application/json', `{"a":"http:\\/\\/user:${secret}@host\\/","b":"https://user:${secret}@host"}`],
    ['text/plain', `see http://user:${secret}@host/x?sig=${secret}&a=b`],
  ] as const;
  for (const [type, text] of bodies) {
    for (let length = 0; length <= text.length; length++) {
      const redacted = redact(type, text.slice(0, length), true);
      for (let shown = 5; shown <= secret.length; shown++) {
        assert.ok(!redacted.includes(secret.slice(0, shown)), `${type} cut at ${length}: ${redacted}`);
      }
    }
  }
});

test('long hostile bodies are done in linear time', () => {
  const units = [
    '"',
    '\\',
    '{',
    '"token":',
    '"a":"',
    '<',
    '<a ',
    '<token>',
    '&',
    '%25',
    'a:',
    ' ',
    '\n',
    'token: |\n ',
    '--x y\r\n',
    '1 ',
    '4',
    '1-',
    'eyJ.',
    '-----BEGIN PRIVATE KEY-----',
    '://',
    '[',
    ';name="',
    '"{\\"',
  ];
  for (const type of ['application/json', form, multipart, 'text/xml', 'application/yaml', 'text/javascript']) {
    for (const unit of units) assert.equal(typeof redact(type, unit.repeat(100_000 / unit.length), true), 'string');
  }
});

test('parts within parts are redacted, and left out where they are nested deeper than anyone nests them', () => {
  const nest = (depth: number): string => {
    const content =
      depth === 0
        ? 'Content-Disposition: form-data; name="pin"\r\n\r\n1234'
        : `Content-Type: multipart/x\r\n\r\n${nest(depth - 1)}`;
    return `--level${depth}x\r\n${content}\r\n--level${depth}x--\r\n`;
  };
  for (let depth = 0; depth < 4; depth++) {
    assert.equal(redact('multipart/mixed', nest(depth)), nest(depth).replace('1234', '[redacted]'));
  }
  for (const depth of [4, 5, 1000]) {
    const redacted = redact('multipart/mixed', nest(depth));
    assert.ok(!redacted.includes('1234') && redacted.includes('[redacted]'));
    assert.ok(!redacted.includes('level0x'));
  }
});
