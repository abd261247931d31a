import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { options, parseArguments } from '../../src/config/arguments.ts';

const defaults = { kind: 'run', read: undefined, localIps: [], pretty: false, check: false, demo: false };

function problems(...args: string[]): readonly string[] {
  const command = parseArguments(args);
  assert.ok(command.kind === 'invalid', JSON.stringify(command));
  return command.problems;
}

test('no option captures live', () => {
  assert.deepEqual(parseArguments([]), defaults);
  assert.deepEqual(parseArguments(['--']), defaults);
});

test('each option has its effect in each of its forms', () => {
  for (const args of [['--read', 'a.pcap'], ['--read=a.pcap'], ['-r', 'a.pcap'], ['-ra.pcap']]) {
    assert.deepEqual(parseArguments(args), { ...defaults, read: 'a.pcap' });
  }
  assert.deepEqual(parseArguments(['-r', '-']), { ...defaults, read: '-' });
  assert.deepEqual(parseArguments(['--read=--odd.pcap']), { ...defaults, read: '--odd.pcap' });
  assert.deepEqual(parseArguments(['--local', '10.0.0.1,2001:DB8::0001']), {
    ...defaults,
    localIps: ['10.0.0.1', '2001:db8::1'],
  });
  assert.deepEqual(parseArguments(['--pretty', '--check', '--read', 'x']), {
    ...defaults,
    read: 'x',
    pretty: true,
    check: true,
  });
  for (const flag of ['--help', '-h']) assert.deepEqual(parseArguments([flag]), { kind: 'help' });
  for (const flag of ['--version', '-V']) assert.deepEqual(parseArguments([flag]), { kind: 'version' });
});

test('each mistake is one sentence', () => {
  const mistakes: readonly (readonly [args: readonly string[], ...parts: string[]])[] = [
    [['--read'], '--read needs a value (FILE)'],
    [['-r'], '-r needs a value (FILE)'],
    [['--read='], '--read needs a value'],
    [['--read', '--pretty'], '--read needs a value', '"--pretty" follows'],
    [['--read', 'a', '-r', 'b'], '--read is given twice'],
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
  assert.deepEqual(parseArguments(['--bogus', '-h']), { kind: 'help' });
  assert.equal(parseArguments(['--bogus', '-V']).kind, 'invalid');
});

test('any command line gives a command or problems, and never throws', () => {
  const flags = Object.keys(options).map((name) => `--${name}`);
  const argument = fc.oneof(
    fc.constantFrom(...flags, '-r', '-h', '-V', '-', '--', '10.0.0.1', '-rV', '--local=::1'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
      const command = parseArguments(args);
      if (command.kind === 'invalid') assert.ok(command.problems.length > 0);
    }),
    { numRuns: 2000 },
  );
});
