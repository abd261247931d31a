import fc from 'fast-check';
import { Playbook } from '../http1/playbook.ts';

/** Milliseconds of silence before each piece: the sums of some are close to the timeout of ten seconds. */
const silence = fc.constantFrom(0, 300, 3100, 6700, 13_000, 700_000);

const plannedExchange = fc.record({
  /** Before each byte of the body, which the head announces. */
  sending: fc.array(silence, { maxLength: 3 }),
  /** Before each interim answer. */
  interim: fc.array(silence, { maxLength: 3 }),
  waiting: silence,
  /** Before each byte of the response's body. */
  receiving: fc.array(silence, { maxLength: 3 }),
  /** It is sent before the answer to the one in front of it. */
  isPipelined: fc.boolean(),
});

/** A conversation in which nobody is in a hurry, cut off behind so many pieces. */
export const slowConversation = fc.record({
  exchanges: fc.array(plannedExchange, { minLength: 1, maxLength: 4 }),
  cut: fc.nat({ max: 40 }),
  end: fc.constantFrom('finished', 'reset', 'shutdown', 'replaced'),
});

type PlannedExchange = typeof plannedExchange extends fc.Arbitrary<infer Plan> ? Plan : never;
export type SlowConversation = typeof slowConversation extends fc.Arbitrary<infer Plan> ? Plan : never;

/** What is sent after a silence, and what it is to its exchange. */
type Piece = {
  readonly after: number;
  readonly from: 'client' | 'server';
  readonly text: string;
  readonly exchange: number;
  readonly is: 'request' | 'request end' | 'interim' | 'response' | 'response end';
};

function requestPieces({ sending }: PlannedExchange, exchange: number): readonly Piece[] {
  const head = `POST /${exchange} HTTP/1.1\r\nContent-Length: ${sending.length}\r\n\r\n`;
  return [{ after: 300, text: head }, ...sending.map((after) => ({ after, text: 'q' }))].map((piece, at) => ({
    ...{ ...piece, exchange, from: 'client' },
    is: at === sending.length ? 'request end' : 'request',
  }));
}

function responsePieces({ interim, waiting, receiving }: PlannedExchange, exchange: number): readonly Piece[] {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${receiving.length}\r\n\r\n`;
  const final = [{ after: waiting, text: head }, ...receiving.map((after) => ({ after, text: 'r' }))];
  return [
    ...interim.map((after): Piece => {
      return { after, text: 'HTTP/1.1 103 Early Hints\r\n\r\n', exchange, from: 'server', is: 'interim' };
    }),
    ...final.map(
      (piece, at): Piece => ({
        ...{ ...piece, exchange, from: 'server' },
        is: at === receiving.length ? 'response end' : 'response',
      }),
    ),
  ];
}

function piecesOf({ exchanges }: SlowConversation): readonly Piece[] {
  const pieces: Piece[] = [];
  let answers: Piece[] = [];
  for (const [index, plan] of exchanges.entries()) {
    if (!plan.isPipelined) pieces.push(...answers.splice(0));
    pieces.push(...requestPieces(plan, index));
    answers = [...answers, ...responsePieces(plan, index)];
  }
  return [...pieces, ...answers];
}

/** One line for each record of an exchange: its outcome, whether it has a status, and whether it came late. */
export type Told = readonly string[];

/** Plays it, and gives what was told of each exchange that has begun. */
export function playSlowly(conversation: SlowConversation, readsToEnd: boolean): readonly Told[] {
  const playbook = new Playbook({ timeoutMs: 10_000, timeoutCheckMs: 100, readsToEnd });
  const told: string[][] = [];
  for (const { after, from, text } of piecesOf(conversation).slice(0, conversation.cut)) {
    playbook.wait(after)[from](text);
  }
  if (conversation.end === 'finished') playbook.finish();
  else playbook.close(conversation.end);
  for (const { request, response, outcome, late } of playbook.exchanges) {
    const index = Number(request?.head.target?.slice(1) ?? Number.NaN);
    told[index] ??= [];
    told[index].push(`${outcome}${response === undefined ? '' : ' 200'}${late ? ' late' : ''}`);
  }
  if (playbook.counted !== told.length) throw new Error(`${playbook.counted} were counted, not ${told.length}`);
  if (playbook.connection.heldBytes !== 0 || playbook.connection.underWay !== 0) throw new Error('something is left');
  return told;
}

/** What is the outcome of exchanges that are cut off, without and with a response. */
const cutOff = {
  finished: ['closed', 'closed'],
  reset: ['reset', 'reset'],
  shutdown: ['unknown', 'answered'],
  replaced: ['unknown', 'answered'],
} as const;

/** The same by definition; `undefined` where it depends on when the clock was looked at. */
export function toldByDefinition(conversation: SlowConversation, readsToEnd: boolean): readonly Told[] | undefined {
  const exchanges = new Map<number, { waitsSince?: number; isLate: boolean; last: Piece['is'] }>();
  let now = 0;
  let isClear = true;
  const looksAt = (since: number) => {
    const silent = now - since;
    isClear &&= silent < 10_000 || silent > 10_200;
    return silent > 10_000;
  };
  for (const { after, is, exchange: index } of piecesOf(conversation).slice(0, conversation.cut)) {
    now += after + 1;
    const exchange = exchanges.get(index) ?? { isLate: false, last: is };
    exchanges.set(index, exchange);
    if (exchange.waitsSince !== undefined) exchange.isLate ||= looksAt(exchange.waitsSince);
    exchange.last = is;
    if (is === 'request end' || is === 'interim') exchange.waitsSince = now;
    else delete exchange.waitsSince;
  }
  const [unanswered, interrupted] = cutOff[conversation.end];
  const told = [...exchanges.values()].map(({ waitsSince, isLate, last }) => {
    const isOverdue = isLate || (waitsSince !== undefined && looksAt(waitsSince));
    const isAnswered = last.startsWith('response');
    const outcome = last === 'response' ? interrupted : 'answered';
    if (isAnswered && isOverdue && !readsToEnd) return ['timeout', `${outcome} 200 late`];
    if (isAnswered) return [`${outcome} 200`];
    // What was never looked for again may have been answered.
    const isTimeout = isOverdue && !(readsToEnd && conversation.end === 'replaced');
    return [isTimeout ? 'timeout' : unanswered];
  });
  return isClear ? told : undefined;
}
