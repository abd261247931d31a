import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isHeritageClause,
  isIdentifier,
  isInterfaceDeclaration,
  isMetaProperty,
  isNewExpression,
  isPropertyAccessExpression,
  isShorthandPropertyAssignment,
  isTypeAliasDeclaration,
  isTypeNode,
} from 'typescript/unstable/ast/is';
import type { Symbol as Meaning } from 'typescript/unstable/sync';
import { importsOf } from './imports.ts';
import { finding, type SourceModule, type SourceTree } from './source-tree.ts';

/**
 * What only computes, of all that is there without an import. Whatever is not here may be a clock, randomness, a
 * timer, the environment, or a way to one of them.
 */
const harmless: ReadonlySet<string> = new Set([
  ...['undefined', 'Infinity', 'NaN', 'Object', 'String', 'Number', 'Boolean', 'BigInt', 'Symbol', 'JSON', 'RegExp'],
  ...['Array', 'Map', 'Set', 'WeakMap', 'WeakSet', 'ArrayBuffer', 'DataView', 'Buffer', 'Uint8Array', 'Int8Array'],
  ...['Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array', 'BigUint64Array'],
  ...['Error', 'RangeError', 'TypeError', 'SyntaxError', 'TextDecoder', 'TextEncoder', 'URL', 'URLSearchParams'],
  ...['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'decodeURIComponent', 'encodeURIComponent', 'decodeURI'],
]);

/** How code that only computes reaches for the world around it: imports, clocks, randomness, timers, environment. */
export function reachesOut(tree: SourceTree, modules: readonly SourceModule[]): readonly string[] {
  return modules.flatMap((module) => [...outsideImports(module), ...outsideNames(tree, module)]);
}

function outsideImports(module: SourceModule): readonly string[] {
  return importsOf(module)
    .filter(({ isOwn }) => !isOwn)
    .map(({ target, node }) =>
      finding(module, node, `imports ${target}: what is needed of it comes in as an argument`),
    );
}

function outsideNames(tree: SourceTree, module: SourceModule): readonly string[] {
  const names = [...valueNamesOf(module.ast)];
  const symbols = tree.checker.getSymbolAtLocation(names);
  return names
    .filter((name, index) => !tree.isOwn(isShorthand(name) ? shorthandValue(tree, name) : symbols[index]))
    .filter((name) => !isHarmless(name))
    .map((name) =>
      finding(module, name, `uses ${name.parent.getText()}: what is needed of it comes in as an argument`),
    );
}

/** The `a` of `{ a }` names a property and a value; it is asked for the value. */
function shorthandValue(tree: SourceTree, name: Node): Meaning | undefined {
  return tree.checker.getShorthandAssignmentValueSymbol(name.parent);
}

function isShorthand(name: Node): boolean {
  return isShorthandPropertyAssignment(name.parent) && name.parent.name === name;
}

/** Names that stand for a value and say themselves which: not the `b` of `a.b`, and no types. */
function* valueNamesOf(node: Node): Generator<Node> {
  if (isIdentifier(node) || isMetaProperty(node)) yield node;
  if (
    isMetaProperty(node) ||
    (isTypeNode(node) && !isHeritageClause(node.parent)) ||
    isInterfaceDeclaration(node) ||
    isTypeAliasDeclaration(node)
  )
    return;
  const children: Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  for (const child of children) {
    if (isPropertyAccessExpression(node) && child === node.name) continue;
    yield* valueNamesOf(child);
  }
}

function isHarmless(name: Node): boolean {
  if (!isIdentifier(name)) return false;
  const { parent } = name;
  if (name.text === 'Math') return isPropertyAccessExpression(parent) && parent.name.text !== 'random';
  if (name.text !== 'Date') return harmless.has(name.text) || parent.kind === SyntaxKind.Constructor;
  if (isNewExpression(parent)) return (parent.arguments?.length ?? 0) > 0;
  return isPropertyAccessExpression(parent) && (parent.name.text === 'UTC' || parent.name.text === 'parse');
}
