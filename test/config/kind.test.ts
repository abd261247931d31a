import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ipAddresses } from '../../src/config/address-kinds.ts';
import { anyText, choice } from '../../src/config/kind.ts';
import { booleanOr, distinctListOf, listOf } from '../../src/config/list-kinds.ts';
import { byteSize, integer } from '../../src/config/number-kinds.ts';
import { formatIpv6 } from '../../src/packet/address.ts';

const sizes = byteSize('0', '1000GiB');

test('an integer is read exactly within its range and refused outside of it', () => {
  const small = integer(10, 1000, 'ms');
  assert.equal(small.allowed, '`10` to `1000` ms');
  fc.assert(
    fc.property(fc.integer({ min: -2000, max: 2000 }), (number) => {
      const parsed = small.parse(String(number));
      assert.equal(parsed.kind, number >= 10 && number <= 1000 ? 'value' : 'refused');
      if (parsed.kind === 'value') assert.equal(parsed.value, number);
    }),
  );
});

test('a number that is negative or very large is out of range, not another thing', () => {
  for (const text of ['-1', '9'.repeat(40)]) {
    assert.deepEqual(integer(0, 9).parse(text), { kind: 'refused', because: 'it is out of range' });
  }
  assert.deepEqual(sizes.parse('9'.repeat(40)), { kind: 'refused', because: 'it is out of range' });
});

test('a byte size is its number times its unit, in any case', () => {
  const units = {
    '': 1,
    B: 1,
    kB: 1e3,
    MB: 1e6,
    GB: 1e9,
    Ki: 1024,
    KiB: 1024,
    Mi: 1024 ** 2,
    MiB: 1024 ** 2,
    GiB: 1024 ** 3,
  };
  for (const [unit, factor] of Object.entries(units)) {
    for (const form of [unit, unit.toLowerCase(), unit.toUpperCase(), ` ${unit}`.trimEnd()]) {
      assert.deepEqual(sizes.parse(`12${form}`), { kind: 'value', value: 12 * factor }, form);
    }
  }
});

test('a bare k, m or g is refused because it means different things to different people', () => {
  for (const text of ['12k', '12m', '12g', '12M', '12kibi', '12 KiB MiB', '0x12', '1,000', '']) {
    assert.equal(sizes.parse(text).kind, 'refused', text);
  }
});

test('a list says which item is wrong', () => {
  const parsed = listOf(integer(1, 9)).parse('1, 12,3');
  assert.deepEqual(parsed, { kind: 'refused', because: '"12": it is out of range' });
  assert.deepEqual(listOf(choice(['a', 'b'])).parse('a,c'), { kind: 'refused', because: '"c" is none of them' });
});

test('a list says all that is wrong with it', () => {
  const kind = distinctListOf(integer(1, 9));
  const because = (text: string) => {
    const parsed = kind.parse(text);
    return parsed.kind === 'refused' ? parsed.because : undefined;
  };
  assert.equal(
    because('12,,3,x,3,99,4,3,4'),
    '"12", "99": it is out of range; "x": it is not a whole number; an item of the list is empty; "3" stands ' +
      'there twice; "4" stands there twice',
  );
  assert.equal(because('a,b,c,d,e,f,g'), '"a", "b", "c", "d", "e" and 2 more: it is not a whole number');
  assert.deepEqual(listOf(choice(['a', 'b'])).parse('c,a,d'), {
    kind: 'refused',
    because: '"c", "d" are none of them',
  });
});

test('an empty item is refused, whatever the items are', () => {
  for (const text of [',', 'a,', ',a', 'a, ,b']) {
    assert.deepEqual(listOf(anyText('x')).parse(text), { kind: 'refused', because: 'an item of the list is empty' });
  }
});

test('a distinct list compares values, not spellings', () => {
  assert.equal(distinctListOf(choice(['a', 'b'])).parse('a,b').kind, 'value');
  assert.deepEqual(distinctListOf(choice(['a', 'b'])).parse('a,A'), {
    kind: 'refused',
    because: '"a" stands there twice',
  });
});

test('a boolean word is never taken for an item of a list', () => {
  const kind = booleanOr(anyText('x'), { allowed: 'x', whole: (on) => on, only: (items) => items });
  assert.deepEqual(kind.parse('off'), { kind: 'value', value: false });
  assert.deepEqual(kind.parse('a,b'), { kind: 'value', value: ['a', 'b'] });
  for (const text of ['a,off', 'TRUE,a', 'yes,no']) assert.equal(kind.parse(text).kind, 'refused', text);
});

test('none, all and near misses of true and false are never taken for an item of a list', () => {
  const kind = booleanOr(anyText('x'), { allowed: 'x', whole: (on) => on, only: (items) => items });
  const meant = { true: ['ture', 'TRU', 'trues', 'all'], false: ['flase', 'fals', 'none', 'None'] };
  for (const [word, texts] of Object.entries(meant)) {
    for (const text of texts) {
      assert.deepEqual(kind.parse(text), {
        kind: 'refused',
        because: `"${text}": write ${word} if that is what you mean`,
      });
    }
  }
  for (const text of ['te', 'trace', 'constructor', 'fa']) assert.equal(kind.parse(text).kind, 'value', text);
});

test('IPv6 addresses come out written as the decoder of packets writes them', () => {
  const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }), fc.nat(0xffffffff));
  fc.assert(
    fc.property(fc.constantFrom(0x20010db8, 0xfd000000, 0xfe800000), word, word, word, (w0, w1, w2, w3) => {
      const groups = [w0, w1, w2, w3].flatMap((value) => [value >>> 16, value & 0xffff]);
      const long = groups.map((group) => group.toString(16).toUpperCase().padStart(4, '0')).join(':');
      assert.deepEqual(ipAddresses.parse(long), { kind: 'value', value: [formatIpv6([w0, w1, w2, w3])] });
    }),
  );
});
