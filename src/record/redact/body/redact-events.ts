import type { Content } from './rules.ts';

// Of all data lines of an event, and of one other line, without the ends of their lines.
const lines = /(?:data:[^\r\n]*(?:\r\n|\r|\n)(?=data:))*[^\r\n]+/g;
const dataStart = /^data: ?/gm;

/** Redacts server-sent events (`text/event-stream`): the data of an event may be JSON over several lines. */
export function redactEvents({ text, cut }: Content, redactData: (content: Content) => string): string {
  return text.replace(lines, (event: string, at: number) => {
    const isCut = cut && at + event.length === text.length;
    if (!event.startsWith('data:')) return redactData({ text: event, cut: isCut });
    const data = event.replace(dataStart, '');
    const plain = redactData({ text: data, cut: isCut });
    return plain === data ? event : plain.replace(/^/gm, 'data: ');
  });
}
