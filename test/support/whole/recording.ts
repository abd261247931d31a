import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Texts by output and capture. In a folder it is one file for each output; captures with the same text share a section:
 *
 *     == one.pcap two.pcap
 *     the text
 */
export class Recording {
  readonly #texts = new Map<string, Map<string, string>>();

  static read(folder: string): Recording {
    const recording = new Recording();
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
      const [, ...sections] = `\n${readFileSync(join(folder, file), 'utf8')}`.split('\n== ');
      for (const section of sections) {
        const end = section.indexOf('\n');
        const captures = section.slice(0, end).split(' ');
        for (const capture of captures) recording.set(file.slice(0, -'.txt'.length), capture, section.slice(end + 1));
      }
    }
    return recording;
  }

  set(output: string, capture: string, text: string): void {
    const texts = this.#texts.get(output) ?? new Map<string, string>();
    this.#texts.set(output, texts.set(capture, text));
  }

  get outputs(): readonly string[] {
    return [...this.#texts.keys()].sort();
  }

  textsOf(output: string): ReadonlyMap<string, string> {
    return this.#texts.get(output) ?? new Map();
  }

  part(isWanted: (output: string, capture: string) => boolean): Recording {
    const part = new Recording();
    part.#addTexts(this, isWanted);
    return part;
  }

  add(other: Recording): void {
    this.#addTexts(other, () => true);
  }

  /** Everything else in the folder is removed. */
  write(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const output of this.outputs) {
      const captures = new Map<string, string[]>();
      for (const [capture, text] of [...this.textsOf(output)].sort()) {
        captures.set(text, [...(captures.get(text) ?? []), capture]);
      }
      const sections = [...captures].map(([text, names]) => `== ${names.join(' ')}\n${text}`);
      writeFileSync(join(folder, `${output}.txt`), sections.join('\n'));
    }
  }

  #addTexts(other: Recording, isWanted: (output: string, capture: string) => boolean): void {
    for (const output of other.outputs) {
      for (const [capture, text] of other.textsOf(output)) {
        if (isWanted(output, capture)) this.set(output, capture, text);
      }
    }
  }
}
