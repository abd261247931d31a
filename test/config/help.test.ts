import assert from 'node:assert/strict';
import { test } from 'node:test';
import { options } from '../../src/config/arguments.ts';
import { configurationPage } from '../../src/config/configuration-page.ts';
import { helpText } from '../../src/config/help.ts';
import { variableGroups, variables } from '../../src/config/variables.ts';

const words = (text: string) => text.replaceAll('`', '').replaceAll(/\s+/g, ' ');

test('--help and the docs have every variable with its aliases, default, allowed values and meaning', () => {
  const [help, page] = [words(helpText()), words(configurationPage())];
  for (const [name, variable] of Object.entries(variables)) {
    for (const text of [name, ...variable.aliases, variable.shownFallback, variable.kind.allowed, variable.meaning]) {
      assert.ok(help.includes(words(text)), `--help lacks ${text}`);
      assert.ok(page.includes(words(text)), `the docs lack ${text}`);
    }
    assert.ok(help.includes(` ${name} `));
    assert.notEqual(variable.meaning, '');
  }
});

test('--help and the docs have every option', () => {
  for (const [name, option] of Object.entries(options)) {
    for (const text of [`--${name}`, option.short ?? '', option.value ?? '', option.meaning]) {
      assert.ok(words(helpText()).includes(words(text)));
      assert.ok(words(configurationPage()).includes(words(text)));
    }
  }
});

test('no line of --help is wider than 98 columns or ends in a space', () => {
  for (const line of helpText().split('\n')) {
    assert.ok(line.length <= 98, line);
    assert.equal(line, line.trimEnd());
  }
});

test('every variable is in exactly one group', () => {
  const grouped = variableGroups.flatMap((group) => Object.keys(group.variables));
  assert.deepEqual(grouped, Object.keys(variables));
});

test('no name or alias is used twice', () => {
  const names = Object.entries(variables).flatMap(([name, variable]) => [name, ...variable.aliases]);
  assert.equal(new Set(names).size, names.length);
});
