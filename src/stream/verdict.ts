/** Whether bytes are the start of something: `more` means that the bytes so far do not decide it. */
export type Verdict = 'yes' | 'no' | 'more';

/** Looks at `bytes[start, end)`. */
export type Detect = (bytes: Buffer, start: number, end: number) => Verdict;

/** Detects bytes that begin with `prefix`. */
export function startingWith(prefix: Buffer): Detect {
  return (bytes, start, end) => {
    const length = Math.min(end - start, prefix.length);
    for (let at = 0; at < length; at++) if (bytes[start + at] !== prefix[at]) return 'no';
    return length === prefix.length ? 'yes' : 'more';
  };
}
