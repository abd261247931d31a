/** What one side of a WebSocket says, read at once from all that it sent: by the tables of RFC 6455, section 5.2. */
export type NaiveMessages = {
  readonly state: 'open' | 'closed' | 'broken';
  readonly messages: number;
  readonly bytes: number;
  readonly closeCode: number | undefined;
};

export function naiveMessages(sent: Buffer, hasExtensions: boolean): NaiveMessages {
  let messages = 0;
  let bytes = 0;
  let isOpen = false;
  let at = 0;
  const told = (state: NaiveMessages['state'], closeCode?: number) => ({ state, messages, bytes, closeCode });
  while (at + 2 <= sent.length) {
    const [first = 0, second = 0] = sent.subarray(at);
    const [isFinal, opcode, short] = [first >= 128, first % 16, second % 128];
    const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    const keyAt = at + 2 + lengthBytes;
    const start = keyAt + (second >= 128 ? 4 : 0);
    if (start > sent.length) break;
    const length = lengthBytes === 0 ? BigInt(short) : BigInt(`0x${sent.toString('hex', at + 2, keyAt)}`);
    const isControl = [8, 9, 10].includes(opcode);
    const isKnown = isControl
      ? isFinal && length < 126n
      : (opcode === 0 && isOpen) || (opcode < 3 && opcode > 0 && !isOpen);
    const isExtended = ((first >> 4) & 7) !== 0;
    if (!isKnown || (isExtended && !hasExtensions) || length > BigInt(Number.MAX_SAFE_INTEGER)) return told('broken');
    const end = start + Number(length);
    const present = Math.min(end, sent.length) - start;
    if (!isControl) bytes += present;
    if (end > sent.length) break;
    if (opcode === 8) {
      const payload = sent
        .subarray(start, end)
        .map((byte, i) => (second >= 128 ? byte ^ (sent[keyAt + (i % 4)] ?? 0) : byte));
      const code = payload.length < 2 ? 0 : (payload[0] as number) * 256 + (payload[1] as number);
      return told('closed', code === 0 ? undefined : code);
    }
    if (!isControl) isOpen = !isFinal;
    if (!isControl && isFinal) messages++;
    at = end;
  }
  return told('open');
}
