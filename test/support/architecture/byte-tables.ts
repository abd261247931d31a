import { type Expression, type Identifier, type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isElementAccessExpression,
  isExportSpecifier,
  isIdentifier,
  isImportSpecifier,
  isParameterDeclaration,
  isPropertyAccessExpression,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { nodesOf, type SourceTree } from './source-tree.ts';
import { changeable } from './unchangeable.ts';
import { isWritten } from './writes.ts';

/** They have no type that forbids writing, so it is their uses that are looked at. */
const byteTypes = /^(Buffer|(Uint|Int|Float)\d+Array)$/;
/** Methods of bytes that read them, and those that read the bytes that they are given. */
const readers: ReadonlySet<string> = new Set([
  ...['length', 'byteLength', 'at', 'indexOf', 'lastIndexOf', 'includes', 'equals', 'compare', 'toString'],
]);

/** Whether a constant is bytes that nobody writes to: each use reads an element, searches, compares or is ArrayLike. */
export function isOnlyRead(tree: SourceTree, name: Identifier, value: Node | undefined): boolean {
  const type = tree.checker.getTypeAtLocation(name)?.getSymbol()?.name;
  if (type === undefined || !byteTypes.test(type)) return false;
  if (value !== undefined && /^(Buffer\.alloc|new \w+)\(0\)$/.test(value.getText())) return true;
  return usesOf(tree, name).every((use) => isRead(tree, use));
}

/** Wherever the name of a variable stands for it, also where it is declared. */
export function usesOf(tree: SourceTree, name: Identifier): readonly Identifier[] {
  const wanted = tree.checker.getSymbolAtLocation(name)?.id;
  return tree.modules
    .filter(({ text }) => text.includes(name.text))
    .flatMap(({ ast }) => [...nodesOf(ast)].filter(isIdentifier))
    .filter((other) => other.text === name.text && tree.meaningOf(other)?.id === wanted);
}

function isRead(tree: SourceTree, use: Identifier): boolean {
  const { parent } = use;
  if (isVariableDeclaration(parent) || isParameterDeclaration(parent)) return parent.name === use;
  if (isImportSpecifier(parent) || isExportSpecifier(parent)) return true;
  if (isPropertyAccessExpression(parent)) return parent.expression === use && readers.has(parent.name.text);
  if (isElementAccessExpression(parent)) return parent.expression === use && !isWritten(parent);
  if (!isCallExpression(parent) || parent.expression === use) return parent.kind === SyntaxKind.TypeQuery;
  if (isReader(tree, parent.expression)) return true;
  const wanted = tree.checker.getContextualType(use as Expression);
  return wanted !== undefined && changeable(tree, wanted) === undefined;
}

/** Whether a method is the language's own, and reads what it is given. */
function isReader(tree: SourceTree, called: Node): boolean {
  if (!isPropertyAccessExpression(called) || !readers.has(called.name.text)) return false;
  return !tree.isOwn(tree.checker.getSymbolAtLocation(called.name));
}
