import { application } from './application.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { live } from './live.ts';
import type { Part } from './part.ts';
import { profile } from './profile.ts';
import { replay } from './replay.ts';
import { sinks } from './sinks.ts';
import { soak } from './soak.ts';
import { start } from './start.ts';

/**
 * The table of parts, in the order in which they run. Of the time for all chosen parts, each gets its share of what is
 * left; a part without a share only runs when it is asked for.
 */
export const parts = {
  replay: { measure: replay, share: 10 },
  live: { measure: live, share: 28 },
  application: { measure: application, share: 6 },
  start: { measure: start, share: 2 },
  idle: { measure: idle, share: 1 },
  growth: { measure: growth, share: 10 },
  sinks: { measure: sinks, share: 20 },
  profile: { measure: profile, share: undefined },
  soak: { measure: soak, share: undefined },
} as const satisfies Record<string, { readonly measure: Part; readonly share: number | undefined }>;

export type PartName = keyof typeof parts;
