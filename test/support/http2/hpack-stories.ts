import { existsSync, readdirSync, readFileSync } from 'node:fs';

const stories = new URL('../../../../shared/vectors/hpack-test-case/', import.meta.url);

/** Why there are no stories. */
export const withoutStories: string | false = existsSync(stories) ? false : 'the public vectors are not here';

/** The header blocks of one connection and direction, and what is in them. */
export type HpackStory = {
  readonly name: string;
  readonly blocks: readonly {
    readonly bytes: Buffer;
    /** The setting that has come before this block. */
    readonly tableSize: number | undefined;
    readonly fields: readonly (readonly [name: string, value: string])[];
  }[];
};

type Case = {
  readonly wire: string;
  readonly header_table_size?: number | null;
  readonly headers: readonly Readonly<Record<string, string>>[];
};

/** Those of http2jp, from many encoders. */
export function hpackStories(): readonly HpackStory[] {
  const folders = readdirSync(stories, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: folder }) =>
    readdirSync(new URL(`${folder}/`, stories)).map((file): HpackStory => {
      const { cases } = JSON.parse(readFileSync(new URL(`${folder}/${file}`, stories), 'utf8')) as { cases: Case[] };
      return { name: `${folder}/${file}`, blocks: cases.map(blockOf) };
    }),
  );
}

function blockOf({ wire, header_table_size: tableSize, headers }: Case): HpackStory['blocks'][number] {
  return {
    bytes: Buffer.from(wire, 'hex'),
    tableSize: tableSize ?? undefined,
    fields: headers.flatMap((field) => Object.entries(field)),
  };
}
