import { resolve } from 'node:path';
import type { Node, SourceFile } from 'typescript/unstable/ast';
import { API, type Checker, type Symbol as Meaning, type Project, SymbolFlags } from 'typescript/unstable/sync';

/** A file as TypeScript's own parser sees it. */
export type SourceModule = {
  /** From the top of the tree: `src/tcp/stream.ts`. */
  readonly path: string;
  readonly text: string;
  readonly ast: SourceFile;
};

/** Every file of our own, parsed, and the type checker that knows what each name in it stands for. */
export class SourceTree {
  readonly root: string;
  readonly modules: readonly SourceModule[];
  readonly checker: Checker;
  readonly #api: API;

  private constructor(root: string, api: API) {
    this.root = root;
    this.#api = api;
    const project = openProject(api, `${root}/tsconfig.json`);
    this.checker = project.checker;
    this.modules = project.program
      .getSourceFileNames()
      .filter((name) => isOwnFile(root, name))
      .map((name) => parse(project, root, name));
  }

  /** The files that the `tsconfig.json` of this folder names. */
  static open(folder = '.'): SourceTree {
    const root = resolve(folder);
    return new SourceTree(root, new API({ cwd: root }));
  }

  /** Files that exist nowhere else, to show what a rule finds in them: texts by path. */
  static plant(texts: Readonly<Record<string, string>>): SourceTree {
    // Beside `node_modules`, so that types of packages are found.
    const root = resolve('planted');
    const config = { extends: '../tsconfig.json', include: [], files: Object.keys(texts) };
    const files = new Map(Object.entries({ ...texts, 'tsconfig.json': JSON.stringify(config) }));
    const textOf = (name: string) => files.get(name.slice(root.length + 1));
    const fs = {
      readFile: textOf,
      fileExists: (name: string) => textOf(name) !== undefined || undefined,
      directoryExists: (name: string) => name.startsWith(root) || undefined,
    };
    return new SourceTree(root, new API({ cwd: root, fs }));
  }

  /** The modules below a folder, such as `src`. */
  in(folder: string): readonly SourceModule[] {
    return this.modules.filter(({ path }) => path.startsWith(`${folder}/`));
  }

  /** What a name stands for, also one that was imported. */
  meaningOf(name: Node): Meaning | undefined {
    const symbol = this.checker.getSymbolAtLocation(name);
    const isAlias = symbol !== undefined && (symbol.flags & SymbolFlags.Alias) !== 0;
    return isAlias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** Whether a name stands for something of ours, and not for what the language or a package has. */
  isOwn(symbol: Meaning | undefined): boolean {
    const path = symbol?.declarations[0]?.path;
    return path !== undefined && isOwnFile(this.root, path);
  }

  close(): void {
    this.#api.close();
  }
}

/** Every node of a module or of a part of it, from top to bottom. */
export function* nodesOf(node: Node): Generator<Node> {
  const stack = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next;
    const children: Node[] = [];
    next.forEachChild((child) => {
      children.push(child);
    });
    stack.push(...children.reverse());
  }
}

/** What a rule says of a place: the file and its line, and what to do. */
export function finding({ path, ast }: SourceModule, node: Node, advice: string): string {
  return `${path}:${ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1}: ${advice}`;
}

function isOwnFile(root: string, path: string): boolean {
  return path.startsWith(`${root}/`) && !path.includes('/node_modules/');
}

function openProject(api: API, config: string): Project {
  const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects();
  if (project === undefined) throw new Error(`TypeScript cannot open ${config}`);
  return project;
}

function parse(project: Project, root: string, name: string): SourceModule {
  const ast = project.program.getSourceFile(name);
  if (ast === undefined) throw new Error(`TypeScript cannot parse ${name}`);
  return { path: name.slice(root.length + 1), text: ast.text, ast };
}
