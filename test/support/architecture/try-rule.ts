import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type SourceModule, SourceTree } from './source-tree.ts';

/** Places in these modules where something is wrong, one sentence each. */
export type Rule = (tree: SourceTree, modules: readonly SourceModule[]) => readonly string[];

/** Small files by what is tried with them: the rule finds the first line of each that it refuses. */
export type RuleCases = {
  readonly refused: Readonly<Record<string, string>>;
  readonly accepted: Readonly<Record<string, string>>;
};

/** Shows of a rule that it finds what it is there for, and nothing else: one test for each case. */
export function tryRule(rule: Rule, { refused, accepted }: RuleCases): void {
  const titles = [...Object.keys(refused), ...Object.keys(accepted)];
  const pathOf = (title: string) => `src/tcp/case-${titles.indexOf(title)}.ts`;
  let findings: readonly string[] = [];

  before(() => {
    const texts = Object.entries({ ...refused, ...accepted }).map(([title, text]) => [pathOf(title), text] as const);
    const tree = SourceTree.plant(Object.fromEntries(texts));
    findings = rule(tree, tree.modules);
    tree.close();
  });
  after(() => {
    findings = [];
  });

  for (const title of titles) {
    const isRefused = title in refused;
    test(`${title} is ${isRefused ? 'refused' : 'accepted'}`, () => {
      const found = findings.filter((finding) => finding.startsWith(`${pathOf(title)}:`));
      if (isRefused) assert.match(found.join('\n'), /^[^:]+:1: ./);
      else assert.deepEqual(found, []);
    });
  }
}
