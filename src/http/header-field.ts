/**
 * One header field: lower-case name, and value without the white space around it. Clients and servers repeat themselves, so fields of the
 * same line are mostly the same object, which a later stage may keep something with.
 */
export class HeaderField {
  readonly name: string;
  readonly value: string;
  /** What a later stage has made of it, for the next message with the same line. */
  note: object | undefined;

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
  }
}
