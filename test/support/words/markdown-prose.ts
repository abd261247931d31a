/** Lines of Markdown that can be broken, with their numbers: no tables, headings, code, pictures or comments. */
export function proseLines(markdown: string): readonly { readonly line: number; readonly text: string }[] {
  let isCode = false;
  return markdown.split('\n').flatMap((text, index) => {
    const start = text.trimStart();
    if (start.startsWith('```')) isCode = !isCode;
    return isCode || /^(?:```|\||#|!\[|<!--| {4})/.test(start) ? [] : [{ line: index + 1, text }];
  });
}
