import { type ExpressionStatement, type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isBinaryExpression,
  isCallExpression,
  isExpressionStatement,
  isPropertyAccessExpression,
} from 'typescript/unstable/ast/is';
import type { Type } from 'typescript/unstable/sync';
import { finding, nodesOf, type SourceModule, type SourceTree } from './source-tree.ts';

/**
 * Promises that nobody waits for, with every type that is known to the compiler; the linter knows none of the
 * packages, such as Node's own modules.
 */
export function floatingPromises(tree: SourceTree, modules: readonly SourceModule[]): readonly string[] {
  return modules.flatMap((module) => {
    const statements = [...nodesOf(module.ast)].filter(isExpressionStatement).filter(isUnhandled);
    const types = tree.checker.getTypeAtLocation(statements.map(({ expression }) => expression));
    return statements
      .filter((_statement, index) => isPromise(types[index]))
      .map((statement) => finding(module, statement, 'nobody waits for this promise: await it, catch it, or say void'));
  });
}

/** Neither kept, nor given to `catch` or to a `then` for both outcomes. What the test runner starts, it waits for. */
function isUnhandled({ expression }: ExpressionStatement): boolean {
  if (isBinaryExpression(expression) || expression.kind === SyntaxKind.AwaitExpression) return false;
  return !isCallExpression(expression) || !hasHandler(expression.expression, expression.arguments.length);
}

function hasHandler(called: Node, count: number): boolean {
  if (!isPropertyAccessExpression(called)) return false;
  return called.name.text === 'catch' || (called.name.text === 'then' && count === 2);
}

function isPromise(type: Type | undefined): boolean {
  if (type === undefined) return false;
  if (type.isUnionType()) return type.getTypes().some(isPromise);
  return type.getSymbol()?.name === 'Promise';
}
