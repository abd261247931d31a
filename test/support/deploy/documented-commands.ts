import { readFileSync } from 'node:fs';

/** The one block of shell commands of a page that has these words in it, as it is pasted. */
export function documentedBlock(page: string, words: string): string {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^ *```sh\n(.*?)^ *```$/gms)].map(([, block = '']) => block);
  const found = blocks.filter((block) => block.includes(words));
  const [block] = found;
  if (block === undefined || found.length > 1) throw new Error(`${page}: ${found.length} blocks with ${words}`);
  return block;
}

/** The words of the command that docs/kubernetes.md gives for the chart. */
export function helmCommand(): readonly string[] {
  const lines = documentedBlock('docs/kubernetes.md', 'helm install').replaceAll(/\\\n/g, ' ');
  return (lines.match(/^helm install .*$/m)?.[0] ?? '').split(/\s+/);
}
