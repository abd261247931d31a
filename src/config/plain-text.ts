/** Markdown of the table for a terminal: without the backticks of code. */
export function plainText(markdown: string): string {
  return markdown.replaceAll('`', '');
}
