import { isIPv4 } from 'node:net';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** A PROXY header as people read it. */
export function proxyVersion1(client: string): string {
  return `PROXY TCP${isIPv4(client) ? `4 ${client} 192.0.2.2` : `6 ${client} 2001:db8::2`} 56324 443\r\n`;
}

type Version2 = {
  /** Version and command. */
  readonly command?: number;
  /** Address family and transport. */
  readonly family?: number;
  /** Extensions behind the addresses, one character per byte. */
  readonly more?: string;
};

/** A PROXY header in its binary form. */
export function proxyVersion2(client: string, { command = 0x21, family, more = '' }: Version2 = {}): Buffer {
  const address = addressBytes(client);
  const behind = Buffer.concat([
    address,
    Buffer.alloc(address.length, 2),
    Buffer.alloc(4, 1),
    Buffer.from(more, 'latin1'),
  ]);
  const start = [command, family ?? (address.length === 4 ? 0x11 : 0x21), behind.length >> 8, behind.length & 0xff];
  return Buffer.concat([signature, Buffer.from(start), behind]);
}

/** Naively: the URL parser shortens, what it left out is filled with zeros. */
function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [front = '', back] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const groupsOf = (half: string) => (half === '' ? [] : half.split(':')).map((group) => Number.parseInt(group, 16));
  const before = groupsOf(front);
  const after = groupsOf(back ?? '');
  const groups = [...before, ...new Array(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
