import type { Plot } from './plot.ts';
import type { Column } from './table.ts';

/** What a part may use. */
export type Bench = {
  /** Less of everything. */
  readonly quick: boolean;
  /** Of this run alone; removed afterwards. */
  readonly folder: string;
  /** Of this part's time; with nothing left, finish what is under way, and say what is left out. */
  readonly secondsLeft: () => number;
  /** One line for the person who waits. */
  readonly progress: (text: string) => void;
};

export type Section = {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences below the table: how it was measured, what is missing. */
  readonly notes: readonly string[];
  readonly plots?: readonly Plot[];
};

/** Measures, and returns one table. */
export type Part = (bench: Bench) => Promise<Section>;

/** A part that cannot run here. */
export function skipped(title: string, reason: string): Section {
  return { title, columns: [], rows: [], notes: [`Skipped: ${reason}.`] };
}

/** Says what there was no time for. */
export function outOfTimeNotes(left: readonly string[]): readonly string[] {
  return left.length === 0 ? [] : [`Out of time, so not measured: ${left.join('; ')}.`];
}
