import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { isClassDeclaration, isClassExpression, isPropertyDeclaration } from 'typescript/unstable/ast/is';
import { type Symbol as Meaning, SignatureKind, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync';
import type { SourceTree } from './source-tree.ts';

/** Types of the language that nothing can change, apart from what they hold. */
const readonlyCollections: ReadonlySet<string> = new Set(['ReadonlyArray', 'ReadonlySet', 'ReadonlyMap', 'ArrayLike']);
/** Also unchangeable but for the place where a search goes on, which `keptPlaces` looks after. */
const patterns = 'RegExp';
const simple = TypeFlags.Primitive | TypeFlags.Void | TypeFlags.Never;
/** `CheckFlags.Readonly` of TypeScript: properties that `as const` or `Readonly` made so. */
const madeReadonly = 8;

/**
 * Why a value of this type could change after it was made; `undefined` if it cannot. Functions cannot: where they come
 * from is looked at elsewhere.
 */
export function changeable(tree: SourceTree, type: Type, seen: Set<number> = new Set()): string | undefined {
  if ((type.flags & simple) !== 0 || seen.has(type.id)) return undefined;
  seen.add(type.id);
  const look = (part: Type | undefined) =>
    part === undefined ? 'its type is not known' : changeable(tree, part, seen);
  if (type.isUnionType() || type.isIntersectionType()) return first(type.getTypes(), look);
  if (!type.isObjectType()) return `a value of type ${tree.checker.typeToString(type)} may be anything`;
  if (tree.checker.getSignaturesOfType(type, SignatureKind.Call).length > 0) return undefined;
  const typeArguments = () => (type.isTypeReference() ? tree.checker.getTypeArguments(type) : []);
  if (tree.checker.isTupleType(type)) {
    const target = type.isTypeReference() ? type.getTarget() : type;
    if (!target.isTupleType() || !target.readonly) return 'its list is not readonly';
    return first(typeArguments(), look);
  }
  const symbol = type.getSymbol();
  if (symbol !== undefined && (symbol.flags & (SymbolFlags.Class | SymbolFlags.Interface)) !== 0) {
    if (!tree.isOwn(symbol)) {
      if (symbol.name === patterns) return undefined;
      return readonlyCollections.has(symbol.name) ? first(typeArguments(), look) : `${symbol.name} may change`;
    }
    const field = changeableField(tree, symbol, look);
    if (field !== undefined) return field;
  }
  return changeableProperty(tree, type, look);
}

type Look = (part: Type | undefined) => string | undefined;

function changeableProperty(tree: SourceTree, type: Type, look: Look): string | undefined {
  const { checker } = tree;
  const properties = checker.getPropertiesOfType(type);
  const open = properties.find((property) => !isReadonly(property));
  if (open !== undefined) return `its ${open.name} is not readonly`;
  const indexes = checker.getIndexInfosOfType(type);
  if (indexes.some((index) => !index.isReadonly)) return 'its entries are not readonly';
  return (
    first(indexes, (index) => look(index.valueType)) ??
    first(properties, (property) => within(property.name, look(checker.getTypeOfSymbol(property))))
  );
}

function within(name: string, reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : `in its ${name} ${reason}`;
}

/** Private fields are no properties of the type, but hold state as well. */
function changeableField(tree: SourceTree, symbol: Meaning, look: Look): string | undefined {
  return first(symbol.declarations, (handle) => {
    const declaration = handle.resolve();
    if (declaration === undefined || !(isClassDeclaration(declaration) || isClassExpression(declaration))) {
      return undefined;
    }
    if (declaration.heritageClauses?.some(({ token }) => token === SyntaxKind.ExtendsKeyword)) {
      return `${symbol.name} extends a class, whose state is not seen here`;
    }
    const fields = declaration.members.filter((member) => isPropertyDeclaration(member) && !hasStatic(member));
    const open = fields.find((field) => !hasModifier(field, SyntaxKind.ReadonlyKeyword));
    if (open !== undefined) return `${symbol.name} has a field that is not readonly`;
    return first(tree.checker.getTypeAtLocation(fields), look);
  });
}

function isReadonly(property: Meaning): boolean {
  if ((property.checkFlags & madeReadonly) !== 0 || (property.flags & SymbolFlags.Method) !== 0) return true;
  if ((property.flags & SymbolFlags.Accessor) !== 0) return (property.flags & SymbolFlags.SetAccessor) === 0;
  return property.declarations.every((handle) => {
    const declaration = handle.resolve();
    return declaration !== undefined && hasModifier(declaration, SyntaxKind.ReadonlyKeyword);
  });
}

export function hasStatic(member: Node): boolean {
  return hasModifier(member, SyntaxKind.StaticKeyword);
}

export function hasModifier(node: Node, kind: SyntaxKind): boolean {
  const { modifiers } = node as { readonly modifiers?: readonly Node[] };
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

function first<Item>(items: readonly Item[], look: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const reason = look(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
