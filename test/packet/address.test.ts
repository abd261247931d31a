import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatIpv4, formatIpv6, isAddress } from '../../src/packet/address.ts';

/** RFC 5952 said naively: every way to shorten zeros is tried, the shortest text wins, then the leftmost. */
function naiveIpv6(words: readonly number[]): string {
  const groups = words.flatMap((word) => [Math.floor(word / 65536), word % 65536]);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  let best = { removed: 1, text: groups.map((group) => group.toString(16)).join(':') };
  for (let start = 0; start < 8; start++) {
    for (let end = start + 2; end <= 8; end++) {
      if (groups.slice(start, end).some((group) => group !== 0) || end - start <= best.removed) continue;
      const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
      best = { removed: end - start, text: `${hex(groups.slice(0, start))}::${hex(groups.slice(end))}` };
    }
  }
  return best.text;
}

const group = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xffff }) },
);
const words = fc
  .array(group, { minLength: 8, maxLength: 8 })
  .map(([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0]) => {
    const word = (high: number, low: number) => high * 65536 + low;
    return [word(a, b), word(c, d), word(e, f), word(g, h)] as const;
  });

test('IPv6 addresses are written as RFC 5952 says', () => {
  fc.assert(
    fc.property(words, (address) => {
      assert.equal(formatIpv6(address), naiveIpv6(address));
    }),
    { numRuns: 5000 },
  );
});

test('IPv6 addresses read back as themselves', () => {
  fc.assert(
    fc.property(words, (address) => {
      const text = formatIpv6(address);
      const url = new URL(`http://[${text}]/`).hostname.slice(1, -1);
      assert.equal(
        url,
        text.includes('.') ? `::ffff:${(address[3] >>> 16).toString(16)}:${(address[3] & 0xffff).toString(16)}` : text,
      );
    }),
    { numRuns: 5000 },
  );
});

test('known IPv6 addresses', () => {
  assert.equal(formatIpv6([0, 0, 0, 0]), '::');
  assert.equal(formatIpv6([0, 0, 0, 1]), '::1');
  assert.equal(formatIpv6([0x20010db8, 0, 0, 1]), '2001:db8::1');
  assert.equal(formatIpv6([0x20010db8, 1, 0x10001, 0x10001]), '2001:db8:0:1:1:1:1:1');
  assert.equal(formatIpv6([0x20010db8, 0, 0x10000, 1]), '2001:db8::1:0:0:1');
  assert.equal(formatIpv6([0, 0, 0xffff, 0x0a000001]), '::ffff:10.0.0.1');
  assert.equal(formatIpv6([0, 0, 0, 0x0a000001]), '::a00:1');
});

test('IPv4 addresses are four decimal bytes, whatever the sign of the word', () => {
  assert.equal(formatIpv4(0), '0.0.0.0');
  assert.equal(formatIpv4(0xffffffff), '255.255.255.255');
  assert.equal(formatIpv4(-1), '255.255.255.255');
  assert.equal(formatIpv4(0x0a00ff01), '10.0.255.1');
});

const texts = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  words.map(formatIpv6),
  fc
    .array(fc.constantFrom(':', '::', '.', '1', 'ff', '255', '256', '01', 'g', '1.2.3.4', '%a', ' '), { maxLength: 12 })
    .map((parts) => parts.join('')),
);

test('a text is an address where node says so, zones apart', () => {
  const edges = [
    '',
    ':',
    '::',
    ':::',
    '1.2.3.4::',
    '::1.2.3.4',
    '1.2.3',
    '1.2.3.4.',
    '::1%1',
    '1:2:3:4:5:6:7::',
    '::1:2:3:4:5:6:7:8',
  ];
  for (const text of edges) assert.equal(isAddress(text), isIP(text) !== 0 && !text.includes('%'), text);
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(isAddress(text), isIP(text) !== 0 && !text.includes('%'), text);
    }),
    { numRuns: 5000 },
  );
});
