import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  aboutWords,
  askingWords,
  ordinaryPhrases,
  ordinaryWholeNames,
} from '../../../src/record/redact/ordinary-words.ts';
import { createSecretNameTest } from '../../../src/record/redact/secret-names.ts';
import { secretPhrases, secretWholeNames, secretWords } from '../../../src/record/redact/secret-words.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';
import { usedHeap } from '../../support/program/used-heap.ts';

const isSecret = createSecretNameTest([]);

const capitalised = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
/** How words are put together in a name. */
const spellings: readonly ((words: readonly string[]) => string)[] = [
  (words) => words.join('_'),
  (words) => words.join('-'),
  (words) => words.join('.'),
  (words) => words.join('_').toUpperCase(),
  (words) => words.map(capitalised).join(''),
  (words) => words.map((word, index) => (index === 0 ? word : capitalised(word))).join(''),
  (words) => `X-${words.map(capitalised).join('-')}`,
  (words) => `data[0][${words.join('_')}]`,
  (words) => `user.${words.join('_')}`,
  (words) => encodeURIComponent(`user[${words.join('-')}]`),
  (words) => encodeURIComponent(encodeURIComponent(`${words.join('_')}[]`)),
];
const spelled = (words: readonly string[]) => spellings.map((spell) => spell(words));
const spelledInOnePart = (words: readonly string[]) => spelled(words).filter((name) => name !== words.join('.'));
const wrong = (names: readonly string[], expected: boolean) => names.filter((name) => isSecret(name) !== expected);

describe('a secret word', () => {
  test('counts in every spelling, as a plural, with digits and with other words around it', () => {
    for (const word of [...secretWords, ...secretPhrases].map((phrase) => phrase.split(' '))) {
      const names = [
        ...spelled(word),
        ...spelled([...word.slice(0, -1), `${word.at(-1)}s`]),
        ...spelled(['zebra', ...word]),
        ...spelled([...word, 'zebra']),
        ...spelled(['zebra', ...word, 'v2']),
        ...spelled(word).map((name) => (/\d$/.test(name) ? name : `${name}1`)),
      ];
      assert.deepEqual(wrong(names, true), [], word.join(' '));
    }
  });

  test('counts in two parts of a nested name', () => {
    const names = ['card[number]', 'source[card][number]', 'api.key', 'session[id]', 'account%5Bnumber%5D'];
    assert.deepEqual(wrong(names, true), []);
  });

  test('counts without capitals and punctuation around it where no other word has it', () => {
    const names = [
      ...['userpassword', 'x-accesstoken', 'newpassword1', 'clientsecretid', 'httpsecretkey', 'apikeys', 'dbpwd'],
      ...[
        'x-csrftoken',
        'jsessionid',
        'mysessionid',
        'cardnumber',
        'userpin',
        'otpcode',
        'APIkey',
        'APIKEY',
        'userPIN',
      ],
    ];
    assert.deepEqual(wrong(names, true), []);
  });

  test('is no part of other words', () => {
    const names = [
      ...['monkey', 'keyboard', 'turkey', 'author', 'authority', 'compass', 'passenger', 'passport', 'bypass'],
      ...[
        'shipping',
        'pinned',
        'spin',
        'span',
        'timespan',
        'panel',
        'company',
        'side',
        'inside',
        'residence',
        'signal',
      ],
      ...['design', 'assignee', 'tokenizer', 'secretary', 'possession', 'classname', 'hotspot', 'sessionIdleTimeout'],
      ...['x-sessionidletimeout', 'postcard', 'discard', 'accounting', 'codec', 'barcode', 'encoded'],
    ];
    assert.deepEqual(wrong(names, false), []);
  });
});

describe('a word that counts as a whole name', () => {
  test('is a secret alone, with X in front, as a plural, and as the last part of a nested name', () => {
    for (const phrase of secretWholeNames) {
      const name = phrase.replaceAll(' ', '_');
      const names = [name, name.toUpperCase(), `x-${name}`, `${name}s`, `user[${name}]`, `user.${name}`, `${name}[]`];
      assert.deepEqual(wrong([...names, `${name}[0]`, `a[${name}][1]`], true), []);
    }
  });

  test('is none beside other words', () => {
    const names = [
      ...['pass_rate', 'passCount', 'auth_method', 'X-Auth-User', 'key_id', 'primaryKey', 'sort_key', 'session_count'],
      ...[
        'session.timeout',
        'session[email]',
        'key.serializer',
        'auth[type]',
        'keys_total',
        'key1',
        'Sec-WebSocket-Key',
      ],
    ];
    assert.deepEqual(wrong(names, false), []);
  });
});

describe('an ordinary name', () => {
  test('has a word behind the last secret one that says what is said of it', () => {
    for (const about of aboutWords.map((word) => word.split(' '))) {
      const names = ['token', 'password', 'session_cookie'].flatMap((secret) => spelled([secret, ...about]));
      assert.deepEqual(wrong(names, false), [], about.join(' '));
    }
    assert.deepEqual(
      wrong(['csrf-token-header-name', 'token[type]', 'password.policy.length', 'pin_set_at'], false),
      [],
    );
    assert.deepEqual(wrong(['token_type_secret', 'password_reset_url_token', 'name_of_the_password'], true), []);
  });

  test('asks for a yes or no or a number', () => {
    for (const asking of askingWords.map((word) => word.split(' '))) {
      assert.deepEqual(wrong(spelledInOnePart([...asking, 'zebra', 'token']), false), [], asking.join(' '));
    }
    assert.deepEqual(wrong(['this_password', 'maximal_token', 'user[history][token]'], true), []);
  });

  test('is one of the phrases', () => {
    for (const phrase of ordinaryPhrases.map((words) => words.split(' '))) {
      const names = [phrase, ['zebra', ...phrase], [...phrase, 'zebra']].flatMap(spelledInOnePart);
      assert.deepEqual(wrong(names, false), [], phrase.join(' '));
      assert.deepEqual(wrong([`${phrase.join('_')}_password`], true), []);
    }
    for (const name of ordinaryWholeNames) assert.deepEqual(wrong(spelledInOnePart(name.split(' ')), false), []);
  });
});

describe('names of users', () => {
  test('are secret whatever they are made of, in any case and punctuation, also as a part of another', () => {
    const own = createSecretNameTest(['shoe_size', 'token_type', 'contraseña']);
    const names = [
      'shoe_size',
      'ShoeSize',
      'user[shoe-size]',
      'shoe.size',
      'TokenType',
      'contraseña',
      'contrase%C3%B1a',
    ];
    assert.deepEqual(
      names.filter((name) => !own(name)),
      [],
    );
    assert.deepEqual(
      ['shoe_sizes', 'my_shoe_size', 'token_types'].filter((name) => own(name)),
      [],
    );
    assert.ok(own('password'));
  });

  test('are none, whatever they are made of, also as a part of another', () => {
    const own = createSecretNameTest([], ['page_pin', 'token', 'key', 'code']);
    const names = [
      'page_pin',
      'pagePin',
      'Page-Pin',
      'user[page_pin]',
      'token',
      'TOKEN',
      'token[]',
      'user[key]',
      '%74oken',
    ];
    assert.deepEqual(
      names.filter((name) => own(name)),
      [],
    );
    assert.deepEqual(
      ['user_pin', 'access_token', 'token[password]', 'page[pin]x', 'api_key'].filter((name) => !own(name)),
      [],
    );
    assert.equal(own('code', true), false);
  });

  test('of punctuation alone change nothing', () => {
    const own = createSecretNameTest(['_', '[]'], ['-']);
    assert.deepEqual([own('a[]'), own('[]'), own('user[name]'), own('token')], [false, false, false, true]);
  });
});

test('`code` is a secret in an OAuth request only, and only alone', () => {
  assert.deepEqual([isSecret('code'), isSecret('code', true), isSecret('c%6Fde', true)], [false, true, true]);
  assert.deepEqual([isSecret('status_code', true), isSecret('country_code', true)], [false, false]);
});

test('any name has an answer, the same each time', () => {
  const name = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w.[\]%:-]{0,60}$/));
  fc.assert(
    fc.property(name, (text) => {
      assert.equal(isSecret(text), isSecret(text));
      assert.equal(createSecretNameTest([])(text), isSecret(text));
    }),
  );
});

test('long names take linear time', async () => {
  const units = [
    ...['a', 'A', 'aA', 'AAa', '1', '_', '[', '].', 'a1', ' ', '%', '%25', '%41', '\u00e4'],
    ...[
      'token',
      'tokens',
      'sessionid',
      'token_',
      'token_type_',
      'x-',
      'is_',
      'is.',
      'at_',
      'at1',
      'user',
      'inat',
      'pin',
    ],
    ...['a[1]', '[1][1]', 'card[', 'api.', 's', 'pass1', 'tokentype', 'key.', 'APIkey'],
  ];
  for (const unit of units) {
    const ofLength = (length: number) => `${unit.repeat(length / unit.length)}q`;
    await assertLinear({
      run: (name) => void createSecretNameTest(['b'], ['c'])(name),
      less: () => ofLength(2000),
      more: () => ofLength(8000),
    });
  }
});

test('invented names are not kept', () => {
  const names = createSecretNameTest([]);
  const invent = (from: number) => {
    for (let index = from; index < from + 20_000; index++) names(`invented-name-token-${index}`);
  };
  invent(0);
  const before = usedHeap();
  invent(20_000);
  assert.ok(usedHeap() - before < 1_000_000);
});
