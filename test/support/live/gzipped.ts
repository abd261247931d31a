import { gzipSync } from 'node:zlib';

/** What the server of the tests answers at `/gzip`, with a secret in it. */
export const document = { item: 'tea', password: 'hush', text: 'x'.repeat(1000) };
export const gzipped = gzipSync(JSON.stringify(document));
