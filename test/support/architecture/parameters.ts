import type { Node } from 'typescript/unstable/ast';
import { SyntaxKind } from 'typescript/unstable/ast';
import { finding, nodesOf, type SourceModule } from './source-tree.ts';

const most = 3;

/** Functions, methods, constructors and types of such that take more than three parameters. */
export function tooManyParameters(modules: readonly SourceModule[]): readonly string[] {
  return modules.flatMap((module) =>
    [...nodesOf(module.ast)]
      .filter((node) => parametersOf(node).length > most)
      .map((node) =>
        finding(module, node, `takes ${parametersOf(node).length} parameters, at most ${most} are read with ease`),
      ),
  );
}

function parametersOf(node: Node): readonly Node[] {
  const { parameters } = node as { readonly parameters?: readonly Node[] };
  // A `this` parameter is no argument.
  return withParameters.has(node.kind) ? (parameters ?? []).filter((each) => !/^this\b/.test(each.getText())) : [];
}

const withParameters: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.MethodSignature,
  SyntaxKind.Constructor,
  SyntaxKind.FunctionType,
  SyntaxKind.ConstructorType,
  SyntaxKind.CallSignature,
  SyntaxKind.ConstructSignature,
]);
