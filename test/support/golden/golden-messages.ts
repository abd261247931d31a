import { pcapFile } from '../capture/capture-writer.ts';
import { ethernet } from '../packet/link-headers.ts';
import type { ConversationPacket } from '../tcp/tcp-conversation.ts';
import type { ExpectedExchange, GoldenCapture } from './golden.ts';

/** A GET request to shop.example. */
export function get(target: string, ...headers: readonly string[]): string {
  return request(`GET ${target} HTTP/1.1`, headers, '');
}

/** A request to shop.example with a body of known length. */
export function send(method: string, target: string, body: string, ...headers: readonly string[]): string {
  return request(`${method} ${target} HTTP/1.1`, [...headers, `Content-Length: ${body.length}`], body);
}

/** A response with a body of known length. */
export function answer(status: number, body: string, ...headers: readonly string[]): string {
  return message(`HTTP/1.1 ${status} Reason`, [...headers, `Content-Length: ${body.length}`], body);
}

/** Any message: its lines end in CR LF. */
export function message(startLine: string, headers: readonly string[], body: string): string {
  return `${[startLine, ...headers].join('\r\n')}\r\n\r\n${body}`;
}

function request(startLine: string, headers: readonly string[], body: string): string {
  return message(startLine, ['Host: shop.example', ...headers], body);
}

/** What must be logged for a GET request to shop.example on the default connection that was answered with 200. */
export function expectExchange(
  fields: Partial<ExpectedExchange> & { readonly url: string; readonly response_bytes: number },
): ExpectedExchange {
  return { ...common, host: 'shop.example', method: 'GET', status: 200, outcome: 'answered', ...fields };
}

/** The same without a response. */
export function expectUnanswered(
  outcome: ExpectedExchange['outcome'],
  fields: Partial<ExpectedExchange> & { readonly url: string },
): ExpectedExchange {
  return { ...common, host: 'shop.example', method: 'GET', outcome, ...fields };
}

const common = {
  client_ip: '10.0.0.1',
  client_port: 40000,
  server_ip: '10.0.0.2',
  server_port: 80,
  protocol: 'HTTP/1.1',
  request_bytes: 0,
} as const;

/** A golden capture as a pcap file of Ethernet frames. */
export function ethernetCapture(
  name: string,
  packets: readonly ConversationPacket[],
  exchanges: readonly ExpectedExchange[],
): GoldenCapture {
  const frames = packets.map(({ time, bytes }) => ({ time, bytes: ethernet(bytes) }));
  return { name: `${name}.pcap`, file: pcapFile(frames), exchanges };
}
