import { JsonName } from '../json-name.ts';
import { jsonOf } from '../json-text.ts';

/** The name of a header as a record carries it, made ready once for all of its values. */
export class LoggedName {
  readonly text: string;
  /** In front of one value, a text, and in front of the list of more than one. */
  readonly beforeText: JsonName;
  readonly beforeList: JsonName;
  /** The last message that had it, by number, and where it stands among the fields of that one. */
  message = 0;
  place = 0;

  constructor(text: string) {
    const json = jsonOf(text);
    this.text = text;
    this.beforeText = new JsonName(`${json}:"`);
    this.beforeList = new JsonName(`${json}:`);
  }
}
