/**
 * A borrowed object as its owner has it: read-only for all others, and filled again for each packet or message, because
 * new ones would keep the garbage collector busy.
 */
export type Writable<Borrowed> = { -readonly [Key in keyof Borrowed]: Borrowed[Key] };
