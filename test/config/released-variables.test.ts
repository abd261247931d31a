// A configuration that the last release took is taken by this one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvironment } from '../../src/config/env.ts';
import { variables } from '../../src/config/variables.ts';
import { releasedVariables } from '../support/config/released-variables.ts';

const rows = Object.entries(variables);

/** The variable that has this name, or had it, or has it for its secret in a file. */
function variableOf(name: string) {
  const found = rows.find(([now, { aliases, isSecret }]) =>
    [now, ...aliases, ...(isSecret ? [`${now}_FILE`] : [])].includes(name),
  );
  assert.ok(found, `${name} is not accepted any more`);
  return found;
}

test('every variable of the last release is still accepted, with the values that it took', () => {
  assert.ok(releasedVariables.length > 90);
  for (const [name, value] of releasedVariables) {
    const [now, { isSecret }] = variableOf(name);
    if (isSecret) continue;
    const { given, refused, warnings } = readEnvironment(variables, { [name]: value });
    assert.deepEqual([[...refused.values()], [...given.keys()]], [[], [now]], name);
    assert.deepEqual(
      warnings.filter((warning) => warning.includes('is not a known variable')),
      [],
      name,
    );
  }
});
