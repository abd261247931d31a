/** A place of a text that is replaced; `isActive` may be decided later, when more of the text is known. */
export type Edit = { readonly from: number; to: number; readonly replacement: string; isActive: boolean };

/** What becomes of a text, collected from its start to its end. What is inside of an active edit does not count. */
export class Edits {
  readonly #text: string;
  readonly #edits: Edit[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Each edit begins where the one before it begins, or later. */
  replace(from: number, to: number, replacement: string): void {
    this.#edits.push({ from, to, replacement, isActive: true });
  }

  /** An edit that does not count yet, and ends with the text unless it is given an end. */
  propose(from: number, replacement: string): Edit {
    const edit = { from, to: this.#text.length, replacement, isActive: false };
    this.#edits.push(edit);
    return edit;
  }

  result(): string {
    let redacted = '';
    let copied = 0;
    for (const { from, to, replacement, isActive } of this.#edits) {
      if (!isActive || from < copied || to <= from) continue;
      redacted += this.#text.slice(copied, from) + replacement;
      copied = to;
    }
    return copied === 0 ? this.#text : redacted + this.#text.slice(copied);
  }
}
