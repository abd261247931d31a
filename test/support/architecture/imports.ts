import { posix } from 'node:path';
import type { Node } from 'typescript/unstable/ast';
import { SyntaxKind } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isExportDeclaration,
  isIdentifier,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isStringLiteral,
} from 'typescript/unstable/ast/is';
import { finding, nodesOf, type SourceModule } from './source-tree.ts';

/** One import of a module: of values or of types, at the start or on demand. */
export type Import = {
  readonly from: SourceModule;
  /** A path from the top of the tree, or the name of a package. */
  readonly target: string;
  readonly isOwn: boolean;
  readonly node: Node;
};

export function importsOf(module: SourceModule): readonly Import[] {
  const imports: Import[] = [];
  for (const node of nodesOf(module.ast)) {
    const target = namedModule(node);
    if (target === undefined) continue;
    const isOwn = target.startsWith('.');
    const path = isOwn ? posix.join(posix.dirname(module.path), target) : target;
    imports.push({ from: module, target: path, isOwn, node });
  }
  return imports;
}

/** Imports that no rule can follow, because what they name is computed. */
export function computedImports(modules: readonly SourceModule[]): readonly string[] {
  return modules.flatMap((module) =>
    [...nodesOf(module.ast)]
      .filter((node) => isLoad(node) && namedModule(node) === undefined)
      .map((node) => finding(module, node, 'names what it imports by more than a literal: write the name there')),
  );
}

function namedModule(node: Node): string | undefined {
  const named = moduleNode(node);
  return named !== undefined && isStringLiteral(named) ? named.text : undefined;
}

function moduleNode(node: Node): Node | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) return node.moduleSpecifier;
  if (isImportTypeNode(node)) return isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  return isLoad(node) && isCallExpression(node) ? node.arguments[0] : undefined;
}

/** `import(...)` or `require(...)`. */
function isLoad(node: Node): boolean {
  if (!isCallExpression(node)) return false;
  const called = node.expression;
  return called.kind === SyntaxKind.ImportKeyword || (isIdentifier(called) && called.text === 'require');
}
