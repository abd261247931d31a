import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isBinaryExpression,
  isCallExpression,
  isFunctionLikeDeclaration,
  isIdentifier,
  isNewExpression,
  isPropertyAccessExpression,
  isRegularExpressionLiteral,
  isStringLiteral,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { finding, nodesOf, type SourceModule, type SourceTree } from './source-tree.ts';

/**
 * Searches that go on where the last one with the same pattern ended, in whatever text that was: a pattern with the
 * flag `g` or `y` keeps a place for `exec` and `test`, which has to be set in the function that searches.
 */
export function keptPlaces(tree: SourceTree, modules: readonly SourceModule[]): readonly string[] {
  return modules.flatMap((module) =>
    [...nodesOf(module.ast)]
      .filter((node) => isSearch(tree, node) && mayKeepPlace(tree, searched(node)) && !isPlaceSet(node))
      .map((node) =>
        finding(
          module,
          node,
          `${searched(node).getText()} may begin anywhere: set its lastIndex before, in this function`,
        ),
      ),
  );
}

function isSearch(tree: SourceTree, node: Node): boolean {
  if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return false;
  const { name, expression } = node.expression;
  if (name.text !== 'exec' && name.text !== 'test') return false;
  return tree.checker.getTypeAtLocation(expression)?.getSymbol()?.name === 'RegExp';
}

/** The `a` of `a.exec(b)`. */
function searched(node: Node): Node {
  return isCallExpression(node) && isPropertyAccessExpression(node.expression) ? node.expression.expression : node;
}

/** Whether a pattern is not known to have neither flag. */
function mayKeepPlace(tree: SourceTree, pattern: Node): boolean {
  if (isRegularExpressionLiteral(pattern)) return /[gy][a-z]*$/.test(pattern.text);
  if (isNewExpression(pattern)) {
    const flags = pattern.arguments?.[1];
    return flags !== undefined && (!isStringLiteral(flags) || /[gy]/.test(flags.text));
  }
  if (!isIdentifier(pattern)) return true;
  const declaration = tree.meaningOf(pattern)?.valueDeclaration?.resolve();
  const isKnown =
    declaration !== undefined && isVariableDeclaration(declaration) && declaration.initializer !== undefined;
  return !isKnown || mayKeepPlace(tree, declaration.initializer);
}

/** Whether `pattern.lastIndex = ...` stands before the search, in the same function. */
function isPlaceSet(search: Node): boolean {
  const wanted = `${searched(search).getText()}.lastIndex`;
  let owner = search.parent;
  while (!isFunctionLikeDeclaration(owner) && owner.parent !== undefined) owner = owner.parent;
  return [...nodesOf(owner)].some(
    (node) =>
      isBinaryExpression(node) &&
      node.operatorToken.kind === SyntaxKind.EqualsToken &&
      node.pos < search.pos &&
      node.left.getText() === wanted,
  );
}
