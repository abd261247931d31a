import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { options, parseArguments } from '../../src/config/arguments.ts';

const now = Date.UTC(2026, 10, 29, 14, 5);
const always = { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
const defaults = {
  kind: 'run',
  read: undefined,
  window: always,
  localIps: [],
  pretty: false,
  check: false,
  demo: false,
};

function problems(...args: string[]): readonly string[] {
  const command = parseArguments(args, now);
  assert.ok(command.kind === 'invalid', JSON.stringify(command));
  return command.problems;
}

test('no option captures live', () => {
  assert.deepEqual(parseArguments([], now), defaults);
  assert.deepEqual(parseArguments(['--'], now), defaults);
});

test('each option has its effect in each of its forms', () => {
  for (const args of [['--read', 'a.pcap'], ['--read=a.pcap'], ['-r', 'a.pcap'], ['-ra.pcap']]) {
    assert.deepEqual(parseArguments(args, now), { ...defaults, read: ['a.pcap'] });
  }
  assert.deepEqual(parseArguments(['-r', '-'], now), { ...defaults, read: ['-'] });
  assert.deepEqual(parseArguments(['--read=--odd.pcap'], now), { ...defaults, read: ['--odd.pcap'] });
  assert.deepEqual(parseArguments(['--local', '10.0.0.1,2001:DB8::0001'], now), {
    ...defaults,
    localIps: ['10.0.0.1', '2001:db8::1'],
  });
  assert.deepEqual(parseArguments(['--pretty', '--check', '--read', 'x'], now), {
    ...defaults,
    read: ['x'],
    pretty: true,
    check: true,
  });
  for (const flag of ['--help', '-h']) assert.deepEqual(parseArguments([flag], now), { kind: 'help' });
  for (const flag of ['--version', '-V']) assert.deepEqual(parseArguments([flag], now), { kind: 'version' });
});

test('several files are those of each --read and the words that a shell makes of its pattern', () => {
  for (const args of [
    ['--read', 'a', '-r', 'b', '--read=-'],
    ['--read', 'a', 'b', '-'],
    ['-r', 'a', '--', 'b', '-'],
  ]) {
    assert.deepEqual(parseArguments(args, now), { ...defaults, read: ['a', 'b', '-'] }, args.join(' '));
  }
});

test('a window of time has a beginning, an end, or both', () => {
  const hour = 3600e6;
  const args = ['-rx', '--since', '1h', '--until=-30m'];
  assert.deepEqual(parseArguments(args, now), {
    ...defaults,
    read: ['x'],
    window: { since: now * 1000 - hour, until: now * 1000 - hour / 2 },
  });
  assert.deepEqual(parseArguments(['-rx', '--until', '2026-11-30'], now), {
    ...defaults,
    read: ['x'],
    window: { ...always, until: Date.UTC(2026, 10, 30) * 1000 },
  });
});

test('each mistake is one sentence', () => {
  const mistakes: readonly (readonly [args: readonly string[], ...parts: string[]])[] = [
    [['--read'], '--read needs a value (FILE)'],
    [['-r'], '-r needs a value (FILE)'],
    [['--read='], '--read needs a value'],
    [['--read', '--pretty'], '--read needs a value', '"--pretty" follows'],
    [['--read', 'a', '-r', 'b', 'a', 'a'], '--read "a" is given twice'],
    [['-r-', '--read', '-'], '--read "-" is given twice'],
    [['--local', '::1', '--local', '::2'], '--local is given twice'],
    [['--since', '2026-02-30', '-rx'], '--since="2026-02-30" is not allowed', 'allowed: 2026-11-29T14:05:00Z'],
    [['--until', 'yesterday', '-rx'], '--until="yesterday" is not allowed'],
    [['--since', '1h'], '--since does not go without --read'],
    [['--since', '1h', '--until', '2h', '-rx'], '--since is not before --until'],
    [['--since=5', '--until=5', '-rx'], '--since is not before --until'],
    [['--pretty=yes'], '--pretty takes no value', '"yes"'],
    [['--help=x'], '--help takes no value'],
    [['--local'], '--local needs a value'],
    [['--local', ''], '--local needs a value'],
    [['--local', 'localhost'], '--local="localhost" is not allowed', 'allowed: IP addresses'],
    [['--local', '10.0.0.1,10.0.0.256'], '"10.0.0.256"', 'not an IP address'],
    [['capture.pcap'], '"capture.pcap" is not expected'],
    [['--', '--pretty'], '"--pretty" is not expected'],
    [['--chek'], '"--chek" is not an option', 'did you mean --check?'],
    [['--Pretty'], 'did you mean --pretty?'],
    [['--verbose'], '"--verbose" is not an option', '--help'],
    [['-x'], '"-x" is not an option'],
    [['--no-pretty'], '"--no-pretty" is not an option'],
    [['--demo', '--read', 'a.pcap'], '--demo does not go together with --read'],
    [['--local=::1', '--demo'], '--demo does not go together with --local'],
    [['--__proto__'], '"--__proto__" is not an option'],
    [['--toString=1'], '"--toString" is not an option'],
  ];
  for (const [args, ...parts] of mistakes) {
    const [problem, ...others] = problems(...args);
    assert.deepEqual(others, [], args.join(' '));
    for (const part of parts) assert.ok(problem?.includes(part), problem);
  }
});

test('all mistakes are reported at once', () => {
  assert.equal(problems('--bogus', 'x', '--local', 'y', '--check=1').length, 4);
});

test('--help wins over mistakes, --version does not', () => {
  assert.deepEqual(parseArguments(['--bogus', '-h'], now), { kind: 'help' });
  assert.equal(parseArguments(['--bogus', '-V'], now).kind, 'invalid');
});

test('any command line gives a command or problems, and never throws', () => {
  const flags = Object.keys(options).map((name) => `--${name}`);
  const argument = fc.oneof(
    fc.constantFrom(...flags, '-r', '-h', '-V', '-', '--', '10.0.0.1', '-rV', '--local=::1'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
      const command = parseArguments(args, now);
      if (command.kind === 'invalid') assert.ok(command.problems.length > 0);
    }),
    { numRuns: 2000 },
  );
});

test('a time before now may be written with its sign, also as a word of its own', () => {
  const now = Date.UTC(2026, 10, 29);
  for (const args of [
    ['--since', '-15m', '--until', '-5m'],
    ['--since=-15m', '--until=5m'],
    ['--since', '15m', '--until', '5m'],
  ]) {
    const command = parseArguments(['--read', 'a.pcap', ...args], now);
    assert.equal(command.kind, 'run');
    assert.deepEqual(command.window, { since: (now - 900_000) * 1000, until: (now - 300_000) * 1000 });
  }
});
