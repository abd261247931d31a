import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isArrayLiteralExpression,
  isAsExpression,
  isAssignmentOperator,
  isBinaryExpression,
  isCallExpression,
  isClassLikeDeclaration,
  isDeleteExpression,
  isElementAccessExpression,
  isFunctionLikeDeclaration,
  isIdentifier,
  isNonNullExpression,
  isObjectLiteralExpression,
  isParenthesizedExpression,
  isPostfixUnaryExpression,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isSatisfiesExpression,
  isSourceFile,
  isSpreadElement,
} from 'typescript/unstable/ast/is';
import { finding, nodesOf, type SourceModule, type SourceTree } from './source-tree.ts';

/** Assignments to what lives as long as the program, or to a part of it: constants, functions, classes, built-ins. */
export function writesToModules(tree: SourceTree, modules: readonly SourceModule[]): readonly string[] {
  return modules.flatMap((module) =>
    [...nodesOf(module.ast)]
      .filter((node) => isWritten(node) && !isPlaceOfPattern(node) && outlivesCalls(tree, rootOf(node)))
      .map((node) => finding(module, node, `${node.getText()} outlives the call that writes to it: ${remedy}`)),
  );
}

const remedy = 'write to what an instance owns or a function has made';

/** Whether an expression is assigned to, counted up or down, deleted, or filled by `Object.assign` and its like. */
export function isWritten(node: Node): boolean {
  const { parent } = node;
  if (parent === undefined) return false;
  if (isBinaryExpression(parent)) return parent.left === node && isAssignmentOperator(parent.operatorToken.kind);
  if (isPrefixUnaryExpression(parent) || isPostfixUnaryExpression(parent)) {
    return parent.operator === SyntaxKind.PlusPlusToken || parent.operator === SyntaxKind.MinusMinusToken;
  }
  if (isDeleteExpression(parent)) return true;
  if (isCallExpression(parent)) {
    return parent.arguments[0] === node && /^(Object|Reflect)\.(assign|define|set|delete)/.test(parent.getText());
  }
  // Of `[a, b.c] = ...`, `({ a: b.c } = ...)` and `for (a.b of ...)`.
  if (isPropertyAssignment(parent) || isSpreadElement(parent)) return isWritten(parent);
  if (isArrayLiteralExpression(parent) || isObjectLiteralExpression(parent)) return isWritten(parent);
  const isLoop = parent.kind === SyntaxKind.ForOfStatement || parent.kind === SyntaxKind.ForInStatement;
  return isLoop && (parent as { readonly initializer?: Node }).initializer === node;
}

/** `pattern.lastIndex`, which `kept-places.ts` looks after. */
function isPlaceOfPattern(node: Node): boolean {
  return isPropertyAccessExpression(node) && node.name.text === 'lastIndex';
}

/** The `a` of `a.b[c]`. */
function rootOf(node: Node): Node {
  let root = node;
  while (
    isPropertyAccessExpression(root) ||
    isElementAccessExpression(root) ||
    isNonNullExpression(root) ||
    isParenthesizedExpression(root) ||
    isAsExpression(root) ||
    isSatisfiesExpression(root)
  ) {
    root = root.expression;
  }
  return root;
}

/** Whether a name was declared in a module and not in a function, or is none of ours. */
function outlivesCalls(tree: SourceTree, name: Node): boolean {
  if (!isIdentifier(name)) return false;
  const symbol = tree.meaningOf(name);
  if (!tree.isOwn(symbol)) return true;
  let place = symbol?.declarations[0]?.resolve()?.parent;
  while (place !== undefined && !isFunctionLikeDeclaration(place) && !isClassLikeDeclaration(place)) {
    if (isSourceFile(place)) return true;
    place = place.parent;
  }
  return place === undefined;
}
