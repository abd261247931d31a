import { createRandom, type Random, randomInteger } from '../program/random.ts';
import { type ConversationOptions, type ConversationPacket, TcpConversation } from '../tcp/tcp-conversation.ts';

/** How many bytes a body has, and how it is sent. */
export type PlannedBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked'; readonly chunks: readonly number[] }
  /** Of the last response only. */
  | { readonly kind: 'until-close'; readonly bytes: number };

export type PlannedExchange = {
  readonly method: string;
  readonly requestBody: PlannedBody;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expects: boolean;
  /** 1xx statuses before the final one. */
  readonly interim: readonly number[];
  readonly status: number;
  readonly responseBody: PlannedBody;
};

export type PlannedConnection = {
  readonly options: ConversationOptions;
  /** How many requests the client sends without waiting for responses; 1: it waits for each. */
  readonly depth: number;
  readonly exchanges: readonly PlannedExchange[];
  /** Decides how the messages of both sides are interleaved. */
  readonly seed: number;
};

/** What was put into a conversation; `requestSequence` and `responseSequence` are where the messages begin. */
export type SentExchange = {
  readonly id: string;
  readonly method: string;
  readonly status: number;
  readonly informational: readonly number[];
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly requestSequence: number;
  readonly responseSequence: number;
};

export type PlayedConnection = {
  readonly plan: PlannedConnection;
  readonly packets: readonly ConversationPacket[];
  readonly exchanges: readonly SentExchange[];
};

type Side = 'client' | 'server';
/** A part of a message. It is sent once the other side has sent `after` parts. */
type Part = { readonly text: string; readonly after: number };

/** Plays a whole HTTP/1.1 connection. Each request has an id in a header, which its response echoes. */
export function playConnection(plan: PlannedConnection, name: string): PlayedConnection {
  const script: Record<Side, Part[]> = { client: [], server: [] };
  const exchanges: SentExchange[] = [];
  const sent = { client: firstByte(plan, 'clientSequence'), server: firstByte(plan, 'serverSequence') };
  /** How many parts the server has sent when it is done with each exchange. */
  const doneAt: number[] = [];
  plan.exchanges.forEach((exchange, index) => {
    const id = `${name}-${index}`;
    const after = doneAt[index - plan.depth] ?? 0;
    const request = requestText(exchange, id);
    const response = responseText(exchange, id);
    const requestSequence = sent.client;
    if (exchange.expects) {
      script.client.push({ text: request.head, after });
      script.server.push({ text: interimText(100), after: script.client.length });
      script.client.push({ text: request.body, after: script.server.length });
    } else {
      script.client.push({ text: request.head + request.body, after });
    }
    const interim = exchange.interim.map(interimText).join('');
    script.server.push({ text: interim + response.head + response.body, after: script.client.length });
    doneAt.push(script.server.length);
    sent.client += request.head.length + request.body.length;
    const interimLength = interim.length + (exchange.expects ? interimText(100).length : 0);
    exchanges.push({
      ...{ id, method: exchange.method, status: exchange.status },
      informational: exchange.expects ? [100, ...exchange.interim] : exchange.interim,
      requestBytes: bodyBytes(exchange.requestBody),
      responseBytes: bodyBytes(exchange.responseBody),
      requestSequence: requestSequence | 0,
      responseSequence: (sent.server + interimLength) | 0,
    });
    sent.server += interimLength + response.head.length + response.body.length;
  });
  return { plan, packets: interleave(plan, script), exchanges };
}

function firstByte({ options }: PlannedConnection, side: 'clientSequence' | 'serverSequence'): number {
  return (options[side] ?? 0) + 1;
}

/** Sends both scripts, now a part of one side, now of the other, now half of one, as far as their order allows it. */
function interleave(plan: PlannedConnection, script: Record<Side, Part[]>): ConversationPacket[] {
  const conversation = new TcpConversation({ clientSequence: 0, serverSequence: 0, ...plan.options });
  const random = createRandom(plan.seed);
  const done = { client: 0, server: 0 };
  const rest = { client: '', server: '' };
  const canSend = (from: Side): boolean => {
    const part = script[from][done[from]];
    return rest[from] !== '' || (part !== undefined && part.after <= done[from === 'client' ? 'server' : 'client']);
  };
  for (;;) {
    const sides = (['client', 'server'] as const).filter(canSend);
    const from = sides[randomInteger(random, 0, sides.length)];
    if (from === undefined) break;
    const text = rest[from] || (script[from][done[from]]?.text ?? '');
    const cut = cutOf(text, random);
    conversation[from](text.slice(0, cut));
    rest[from] = text.slice(cut);
    if (rest[from] === '') done[from]++;
  }
  return conversation.close(plan.exchanges.at(-1)?.responseBody.kind === 'until-close' ? 'server' : 'client').packets;
}

function cutOf(text: string, random: Random): number {
  return random() < 0.7 ? text.length : randomInteger(random, 1, text.length + 1);
}

function requestText({ method, requestBody, expects }: PlannedExchange, id: string) {
  const head = [`${method} /${id} HTTP/1.1`, `X-Id: ${id}`, 'Host: shop.example'];
  if (expects) head.push('Expect: 100-continue');
  return { head: headText([...head, ...framing(requestBody)]), body: bodyText(requestBody, id) };
}

/** The answer to HEAD has the fields of a body that is not there. */
function responseText({ method, status, responseBody }: PlannedExchange, id: string) {
  const head = headText([`HTTP/1.1 ${status} Fine`, `X-Id: ${id}`, ...framing(responseBody, method, status)]);
  return { head, body: bodyText(responseBody, id) };
}

function interimText(status: number): string {
  return headText([`HTTP/1.1 ${status} Wait`]);
}

function headText(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function framing(body: PlannedBody, method?: string, status?: number): string[] {
  if (body.kind === 'length') return [`Content-Length: ${body.bytes}`];
  if (body.kind === 'chunked') return ['Transfer-Encoding: chunked'];
  if (body.kind === 'until-close') return ['Connection: close'];
  if (method === 'HEAD') return ['Content-Length: 1234'];
  return status === undefined || status === 204 || status === 304 ? [] : ['Content-Length: 0'];
}

function bodyText(body: PlannedBody, id: string): string {
  switch (body.kind) {
    case 'none':
      return '';
    case 'chunked': {
      const chunks = body.chunks.filter((bytes) => bytes > 0);
      return `${chunks.map((bytes) => `${bytes.toString(16)}\r\n${filler(bytes, id)}\r\n`).join('')}0\r\n\r\n`;
    }
    default:
      return filler(body.bytes, id);
  }
}

function filler(bytes: number, id: string): string {
  return `[body of ${id}]`.repeat(Math.ceil(bytes / 10)).slice(0, bytes);
}

function bodyBytes(body: PlannedBody): number {
  if (body.kind === 'none') return 0;
  return body.kind === 'chunked' ? body.chunks.reduce((sum, bytes) => sum + bytes, 0) : body.bytes;
}
