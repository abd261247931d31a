import { type Node, NodeFlags, SyntaxKind } from 'typescript/unstable/ast';
import { isIdentifier, isPropertyDeclaration, isVariableStatement } from 'typescript/unstable/ast/is';
import { isOnlyRead } from './byte-tables.ts';
import { keptVariables } from './closures.ts';
import { finding, nodesOf, type SourceModule, type SourceTree } from './source-tree.ts';
import { changeable, hasModifier, hasStatic } from './unchangeable.ts';

const remedy = 'keep state in an instance that is made at the start and handed in, or declare the value readonly';

/** What a module declares for as long as the program runs, and could change meanwhile. */
export function moduleState(tree: SourceTree, modules: readonly SourceModule[]): readonly string[] {
  return modules.flatMap((module) => [
    ...module.ast.statements.flatMap((statement) => inStatement(tree, module, statement)),
    ...[...nodesOf(module.ast)].filter(isStaticField).flatMap((field) => inStaticField(tree, module, field)),
  ]);
}

function inStatement(tree: SourceTree, module: SourceModule, statement: Node): readonly string[] {
  if (declarations.has(statement.kind)) return [];
  if (!isVariableStatement(statement)) {
    return [finding(module, statement, 'runs when the module is loaded: make the value in a function that returns it')];
  }
  const { declarationList } = statement;
  if ((declarationList.flags & NodeFlags.Const) === 0) {
    return [finding(module, statement, `is a variable of the module: ${remedy}`)];
  }
  return declarationList.declarations.flatMap((declaration) => {
    if (!isIdentifier(declaration.name)) {
      return [finding(module, declaration, 'takes a value apart: give each part a declaration of its own')];
    }
    if (isOnlyRead(tree, declaration.name, declaration.initializer)) return [];
    return inConstant(tree, module, declaration.name, declaration.initializer);
  });
}

/** All other statements do something when the module is loaded. */
const declarations: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.ImportDeclaration,
  SyntaxKind.ExportDeclaration,
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.ClassDeclaration,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.InterfaceDeclaration,
]);

function inConstant(tree: SourceTree, module: SourceModule, name: Node, value: Node | undefined): readonly string[] {
  const type = tree.checker.getTypeAtLocation(name);
  const reason = type === undefined ? 'its type is not known' : (changeable(tree, type) ?? keptVariables(tree, value));
  return reason === undefined ? [] : [finding(module, name, `${name.getText()} can change, ${reason}: ${remedy}`)];
}

function inStaticField(tree: SourceTree, module: SourceModule, field: Node): readonly string[] {
  if (!isPropertyDeclaration(field)) return [];
  if (!hasModifier(field, SyntaxKind.ReadonlyKeyword)) {
    return [finding(module, field, `is a variable of the class: ${remedy}`)];
  }
  return inConstant(tree, module, field.name, field.initializer);
}

function isStaticField(node: Node): boolean {
  return isPropertyDeclaration(node) && hasStatic(node);
}
