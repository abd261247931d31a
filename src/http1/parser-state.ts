/** What the parser of one direction is doing. */
export type ParserState =
  | 'start'
  | 'head'
  | 'body'
  /** What comes next decides whether there is a body. */
  | 'body-or-head'
  /** Only waits: after a CONNECT that is still to be answered. */
  | 'undecided'
  /** What comes next is not HTTP any more. */
  | 'upgraded'
  /** Nobody wants to know more. */
  | 'silent'
  /** Looks for a message at the start of every chunk. */
  | 'seek';
