/** The phrases of a text, separated by commas. */
export function phrases(text: string): readonly string[] {
  return text.split(',').map((phrase) => phrase.trim());
}
