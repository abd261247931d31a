import type { Import } from './imports.ts';
import { finding } from './source-tree.ts';

/** Folders inside of a stage: each knows itself and those before it. Files directly in the stage tie them together. */
const folders: Readonly<Record<string, readonly string[]>> = {
  tcp: ['reassembly', 'acceptance', 'connection', 'lookup', 'lifetime'],
  http1: ['head', 'body', 'pairing'],
  http2: ['hpack', 'frames'],
};

/** What the imports inside of a stage have against the order of its folders, and folders that have no place in it. */
export function againstTheInnerFlow(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ isOwn }) => isOwn)
    .flatMap(({ from, target, node }) => {
      const here = placeOf(from.path);
      const there = placeOf(target);
      if (here === undefined || there === undefined || here.stage !== there.stage) return [];
      if (here.at >= there.at && here.at >= 0 && there.at >= 0) return [];
      return [finding(from, node, `${target} is not to be known here: ${here.stage}/ is in the order ${here.order}`)];
    });
}

function placeOf(path: string): { readonly stage: string; readonly at: number; readonly order: string } | undefined {
  const [, stage = '', folder = '', ...rest] = path.split('/');
  const order = folders[stage];
  if (order === undefined || rest.length === 0) return undefined;
  return { stage, at: order.indexOf(folder), order: order.join(', ') };
}
