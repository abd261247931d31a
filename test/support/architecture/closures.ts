import type { Expression, Identifier, Node } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isFunctionLikeDeclaration,
  isIdentifier,
  isNewExpression,
  isParameterDeclaration,
  isTypeNode,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { SignatureKind, SymbolFlags, type Type } from 'typescript/unstable/sync';
import { isOnlyRead, usesOf } from './byte-tables.ts';
import type { SourceTree } from './source-tree.ts';
import { changeable } from './unchangeable.ts';
import { isWritten } from './writes.ts';

/**
 * Why a value may keep variables: a call has made a function or an object with methods, and what was called declares
 * something that can change.
 */
export function keptVariables(tree: SourceTree, value: Node | undefined, seen = new Set<Node>()): string | undefined {
  if (value === undefined || isFunctionLikeDeclaration(value)) return undefined;
  if (isCallExpression(value) || isNewExpression(value)) {
    const type = tree.checker.getTypeAtLocation(value as Expression);
    if (type === undefined || holdsFunctions(tree, type)) {
      const reason = keptBy(tree, value.expression, seen);
      if (reason !== undefined) return reason;
    }
  }
  let reason: string | undefined;
  value.forEachChild((part) => {
    reason ??= keptVariables(tree, part, seen);
  });
  return reason;
}

/** The same of a function that makes others. */
function keptBy(tree: SourceTree, called: Node, seen: Set<Node>): string | undefined {
  const maker = makerOf(tree, called);
  const text = called.getText();
  if (maker?.body === undefined) return `${text} made it, which may keep variables in it`;
  if (seen.has(maker)) return undefined;
  seen.add(maker);
  for (const variable of declaredIn(maker)) {
    const isKnown = isIdentifier(variable) && isConstant(tree, variable);
    if (!isKnown) return `${text} made it, which keeps its ${variable.getText()} in it`;
  }
  return keptVariables(tree, maker.body, seen);
}

type Maker = Node & { readonly body?: Node };

/** The function of ours that is called, if that can be told. */
function makerOf(tree: SourceTree, called: Node): Maker | undefined {
  if (isFunctionLikeDeclaration(called)) return called;
  const symbol = isIdentifier(called) ? tree.meaningOf(called) : undefined;
  const declaration = tree.isOwn(symbol) ? symbol?.valueDeclaration?.resolve() : undefined;
  if (declaration === undefined) return undefined;
  const value = isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  return value !== undefined && isFunctionLikeDeclaration(value) ? value : undefined;
}

/** Names of its parameters and variables, but for those of functions in it, which begin anew with each call. */
function declaredIn(maker: Maker): readonly Node[] {
  const names: Node[] = [];
  const visit = (node: Node) => {
    if (isParameterDeclaration(node) || isVariableDeclaration(node)) names.push(node.name);
    if (!isFunctionLikeDeclaration(node) && !isTypeNode(node)) node.forEachChild(visit);
  };
  maker.forEachChild(visit);
  return names;
}

function isConstant(tree: SourceTree, name: Identifier): boolean {
  if (usesOf(tree, name).some(isWritten)) return false;
  const type = tree.checker.getTypeAtLocation(name);
  return type !== undefined && (isOnlyRead(tree, name, undefined) || changeable(tree, type) === undefined);
}

function holdsFunctions(tree: SourceTree, type: Type, seen: Set<number> = new Set()): boolean {
  if (seen.has(type.id) || !(type.isObjectType() || type.isUnionType() || type.isIntersectionType())) return false;
  seen.add(type.id);
  const holds = (part: Type | undefined) => part === undefined || holdsFunctions(tree, part, seen);
  if (type.isUnionType() || type.isIntersectionType()) return type.getTypes().some(holds);
  if (tree.checker.getSignaturesOfType(type, SignatureKind.Call).length > 0) return true;
  if (type.isTypeReference() && tree.checker.getTypeArguments(type).some(holds)) return true;
  if (isNamedType(tree, type)) return false;
  return tree.checker.getPropertiesOfType(type).some((property) => holds(tree.checker.getTypeOfSymbol(property)));
}

/** Fields of a class of ours are looked at as its type is; methods of the language's own types keep nothing. */
function isNamedType(tree: SourceTree, type: Type): boolean {
  const symbol = type.getSymbol();
  if (symbol === undefined) return false;
  const kinds = tree.isOwn(symbol) ? SymbolFlags.Class : SymbolFlags.Class | SymbolFlags.Interface;
  return (symbol.flags & kinds) !== 0;
}
