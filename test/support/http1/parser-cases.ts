import { readdirSync, readFileSync } from 'node:fs';
import type { RequestHead, ResponseHead } from '../../../src/http/head.ts';
import { isInterim } from '../../../src/http/status.ts';
import { type Framing, requestFraming, responseFraming } from '../../../src/http1/body/framing.ts';
import { createMessageFormats } from '../../../src/http1/message-format.ts';
import type { MessageHandler } from '../../../src/http1/message-handler.ts';
import { MessageParser } from '../../../src/http1/message-parser.ts';

/**
 * What a parser is fed with: bytes, a loss of so many bytes (`undefined`: the stream began before the capture), the end
 * of the stream.
 */
export type Input = Buffer | { readonly gap: number | undefined } | 'end';

/**
 * One direction of a connection and what it means. In a case file: `### title`, then `requests` or `responses to METHOD
 * ...` (`-`: a request that was not seen), then the input and the events expected. `> text` is input: only what is
 * written, so line ends are `\r\n`; `\t`, `\0`, `\\` and `\xFF` are bytes, `{text*3}` repeats. `! gap N` and `! end`
 * happen to the stream. `= event` is expected, in this order, up to the first `lost`.
 */
export type ParserCase = {
  readonly title: string;
  /** Of the requests that are answered; `undefined` if these are requests. */
  readonly methods: readonly string[] | undefined;
  readonly inputs: readonly Input[];
  readonly events: readonly string[];
};

export function readParserCases(folder: URL): ParserCase[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => parseCases(readFileSync(new URL(name, folder), 'utf8')));
}

function parseCases(text: string): ParserCase[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((block) => {
      const [title = '', kind = '', ...lines] = block.split('\n').filter((line) => line !== '');
      const known = /^(requests|responses to \S.*)$/.test(kind) && lines.every((line) => /^([>=] |! )/.test(line));
      if (!known) throw new Error(`Not a case: ${block}`);
      return {
        title,
        methods: kind === 'requests' ? undefined : kind.split(' ').slice(2),
        inputs: inputsOf(lines.filter((line) => !line.startsWith('= '))),
        events: lines.filter((line) => line.startsWith('= ')).map((line) => unescaped(line.slice(2))),
      };
    });
}

function inputsOf(lines: readonly string[]): Input[] {
  const inputs: Input[] = [];
  for (const line of lines) {
    const last = inputs.at(-1);
    const bytes = Buffer.from(unescaped(line.slice(2)), 'latin1');
    if (line === '! end') inputs.push('end');
    else if (line.startsWith('! gap ')) inputs.push({ gap: Number(line.slice(6)) });
    else if (Buffer.isBuffer(last)) inputs[inputs.length - 1] = Buffer.concat([last, bytes]);
    else inputs.push(bytes);
  }
  return inputs;
}

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };

function unescaped(text: string): string {
  return text
    .replaceAll(/\{([^{}]*)\*(\d+)\}/g, (_, repeated: string, times: string) => repeated.repeat(Number(times)))
    .replaceAll(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, letter: string) => {
      const character = hex === undefined ? escapes[letter] : String.fromCharCode(Number.parseInt(hex, 16));
      if (character === undefined) throw new Error(`Unknown escape in ${text}`);
      return character;
    });
}

/** Notes what a parser tells, as lines of text; body bytes that follow each other are one event. */
export class EventLog {
  readonly events: string[] = [];
  heldBytes = 0;
  #isInBody = false;

  add(event: string): void {
    this.#isInBody = false;
    this.events.push(event);
  }

  addBody(text: string): void {
    if (this.#isInBody) this.events[this.events.length - 1] += text;
    else this.events.push(`body ${text}`);
    this.#isInBody = true;
  }

  hold(bytes: number): void {
    this.heldBytes += bytes;
  }
}

export function createParser(
  methods: readonly string[] | undefined,
  log: EventLog,
  maxHeadBytes = 65_536,
  onBody: (bytes: Buffer) => void = () => {},
): MessageParser<RequestHead> | MessageParser<ResponseHead> {
  if (methods === undefined) {
    const handler = createHandler<RequestHead>(
      log,
      onBody,
      ({ method, target, version }) => `${method} ${target} ${version}`,
      requestFraming,
    );
    return new MessageParser(createMessageFormats(maxHeadBytes).request, handler);
  }
  const waiting = [...methods];
  const handler = createHandler<ResponseHead>(
    log,
    onBody,
    ({ version, status }) => `${version} ${status ?? '-'}`,
    (head) => {
      if (isInterim(head.status) && head.status !== 101) return responseFraming(head, undefined);
      const method = waiting.shift();
      return responseFraming(head, method === '-' ? undefined : method);
    },
  );
  return new MessageParser(createMessageFormats(maxHeadBytes).response, handler);
}

function createHandler<Head extends RequestHead | ResponseHead>(
  log: EventLog,
  onBody: (bytes: Buffer) => void,
  describe: (head: Head) => string,
  framing: (head: Head) => Framing,
): MessageHandler<Head> {
  return {
    head(head) {
      log.add(`head ${describe(head)}`);
      for (const { name, value } of head.headers.fields) log.add(`  ${name}: ${value}`);
      return framing(head);
    },
    headless: () => undefined,
    body({ bytes }, start, end) {
      log.addBody(bytes.toString('latin1', start, end));
      onBody(bytes);
    },
    missing: (bytes) => log.add(`missing ${bytes}`),
    trailers({ fields }) {
      log.add('trailers');
      for (const { name, value } of fields) log.add(`  ${name}: ${value}`);
    },
    odd: (anomaly) => log.add(anomaly),
    end: () => log.add('end'),
    cut: () => log.add('cut'),
    unreadable: () => log.add('unreadable'),
    resynchronised: () => log.add('resynchronised'),
    hold: (bytes) => log.hold(bytes),
    behindUpgrade() {},
    lost: (reason, bytes) => log.add(reason === 'gap' ? `lost gap ${bytes}` : `lost ${reason}`),
  };
}

/** What a parser tells about these inputs. */
export function eventsOf(methods: readonly string[] | undefined, inputs: readonly Input[], maxHeadBytes?: number) {
  const log = new EventLog();
  const parser = createParser(methods, log, maxHeadBytes);
  const place = { start: 0, time: 0, lastTime: 0, acknowledgment: undefined };
  let sequence = 0;
  for (const input of inputs) {
    if (input === 'end') parser.end();
    else if (!Buffer.isBuffer(input)) parser.gap(input.gap, 0);
    else if (input.length > 0) parser.data({ ...place, bytes: input, end: input.length, sequence });
    if (Buffer.isBuffer(input)) sequence += input.length;
  }
  return log.events;
}

/** Where messages are to be found after `lost` depends on where the segments begin: that has tests of its own. */
export function untilLost(events: readonly string[]): readonly string[] {
  const at = events.findIndex((event) => event.startsWith('lost'));
  return at < 0 ? events : events.slice(0, at + 1);
}
