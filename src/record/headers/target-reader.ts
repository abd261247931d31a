import { isOrdinary } from '../ordinary-text.ts';
import type { Privacy } from '../privacy/privacy.ts';
import type { Redactor } from '../redact/redact.ts';
import { decodeText } from '../text.ts';

/** A request target as records show it, of one as it was sent. */
export type TargetReader = (target: string) => string;

export function createTargetReader(redactor: Redactor, privacy: Privacy | undefined): TargetReader {
  const redacted = (target: string) => (isOrdinary(target) ? target : redactor.target(decodeText(target)));
  return privacy === undefined ? redacted : (target) => privacy.target(redacted(target));
}
