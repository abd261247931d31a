import type { FrameSink } from './frame.ts';

/**
 * How a source ended. `failed` carries one sentence for the operator; everything captured before it was handed over.
 */
export type SourceEnd =
  | { readonly kind: 'finished' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

export type CaptureCoverage = {
  readonly captured: readonly string[];
  /** Waited for until the end. */
  readonly missed: readonly string[];
};

/** Something that captures: live interfaces or a capture file. */
export interface Source {
  /** Hands every frame to `sink` until the input ends, `stop` is called or it fails; never rejects. */
  run(sink: FrameSink): Promise<SourceEnd>;
  /** Why nothing is captured at this moment; undefined while something is. */
  unready?(): string | undefined;
  /** The interfaces of a live capture, by whether they ever were captured. */
  coverage?(): CaptureCoverage;
  /** Ends `run` soon: what the kernel has already captured is still handed over. */
  stop(): void;
}
