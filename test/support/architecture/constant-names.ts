import type { Node } from 'typescript/unstable/ast';
import {
  isAsExpression,
  isIdentifier,
  isObjectLiteralExpression,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { finding, nodesOf, type SourceModule } from './source-tree.ts';

/** Also symbols of units, which everyone writes in the same way. */
const camelCase = /^_?[a-z][A-Za-z0-9]*$|^[KMG]iB$/;

/** Names of variables that are not in camelCase. An object of named numbers may be called like a type: `Flag.syn`. */
export function oddlyNamed(modules: readonly SourceModule[]): readonly string[] {
  return modules.flatMap((module) =>
    [...nodesOf(module.ast)].filter(isVariableDeclaration).flatMap(({ name, initializer }) => {
      if (!isIdentifier(name) || camelCase.test(name.text)) return [];
      if (/^[A-Z][a-z][A-Za-z0-9]*$/.test(name.text) && isEnumeration(initializer)) return [];
      return [finding(module, name, `${name.text} is not in camelCase`)];
    }),
  );
}

/** `{ ... } as const`. */
function isEnumeration(value: Node | undefined): boolean {
  if (value === undefined || !isAsExpression(value)) return false;
  return value.type.getText() === 'const' && isObjectLiteralExpression(value.expression);
}
