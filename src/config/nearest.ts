/** The candidate with the fewest edits to `text`, if there is one within two; the earlier one wins a tie. */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = 3;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) >= fewest) continue;
    const edits = editDistance(text, candidate);
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

/** The word that was meant by one that has a letter too many, too few or wrong, or two letters exchanged. */
export function slipOf(text: string, words: readonly string[]): string | undefined {
  const letters = (word: string) => [...word].sort().join('');
  return words.find((word) => {
    const edits = editDistance(text, word);
    return edits === 1 || (edits === 2 && letters(text) === letters(word));
  });
}

/** Levenshtein distance: single-character insertions, deletions and substitutions. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
