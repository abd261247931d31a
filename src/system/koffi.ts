import { createRequire } from 'node:module';

/** The foreign function interface behind live capture. */
export type Koffi = typeof import('koffi');

/**
 * Loads koffi on first use, so that reading a capture file never pays for it; `require` costs 1 MB less than `import`.
 * Throws an Error with one sentence for the operator where live capture cannot work.
 */
export function loadKoffi(): Koffi {
  const platform = `${process.platform} ${process.arch}`;
  if (process.platform !== 'linux') {
    throw new Error(`live capture works on Linux only, and this is ${platform}; capture files can be read with --read`);
  }
  let koffi: Koffi;
  try {
    koffi = createRequire(import.meta.url)('koffi') as Koffi;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new Error(
      `live capture needs the native part of the npm package koffi, which could not be loaded on ${platform} ` +
        `(${reason}); capture files can be read with --read`,
      { cause: error },
    );
  }
  if (koffi.sizeof('void *') !== 8) {
    throw new Error(
      `live capture needs a 64-bit system, and this is ${platform}; capture files can be read with --read`,
    );
  }
  return koffi;
}
