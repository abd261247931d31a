import { amount, amountWith } from './amount.ts';
import type { Counters } from './counters.ts';
import { exchangesSeen } from './summary.ts';

/** When the counters are looked at. */
export type Look = {
  /** How long the capture has run. */
  readonly seconds: number;
  /** Nothing more will come: even a few connections are all that there is. */
  readonly isOver: boolean;
  /** What is captured, for the text: `capturing ...` or `reading ...`. */
  readonly where: string;
  /** What to do differs between a capture that can be set up otherwise and a file that is what it is. */
  readonly isLive: boolean;
};

/** Something that is probably not what the operator wants, and what to do about it. */
type Hint = {
  readonly name: string;
  readonly applies: (counters: Counters, look: Look) => boolean;
  readonly text: (counters: Counters, look: Look) => string;
};

/** How long to wait before silence is worth a word, seconds. */
const quietSeconds = 30;

const overheard = ['is addressed to other hosts and was', 'are addressed to other hosts and were'] as const;

const hints: readonly Hint[] = [
  {
    name: 'no packets',
    applies: (counters, { seconds }) => seconds >= quietSeconds && counters.frames_received === 0,
    text: (_, { where }) =>
      `no packet so far, ${where}. Is there traffic? Check IFACE (\`any\` listens everywhere) and CAP_FILTER.`,
  },
  {
    name: 'no packets in a file',
    applies: (counters, { isLive, isOver }) => !isLive && isOver && counters.frames_received === 0,
    text: ({ frames_outside_window }, { where }) =>
      frames_outside_window === 0
        ? `there is no packet, ${where}.`
        : `all packets (${frames_outside_window}) were captured outside of --since and --until, ${where}.`,
  },
  {
    name: 'link type',
    applies: (counters) => counters.frames_skipped_link_type > 0 && counters.segments_received === 0,
    text: (counters) =>
      `${amountWith(counters.frames_skipped_link_type, 'packet', ['is', 'are'])} of a link type that is not decoded: ` +
      'Ethernet, Linux cooked, raw IP and loopback are. Capture on another interface, or convert the file.',
  },
  {
    name: 'other hosts',
    applies: (counters, look) =>
      counters.frames_skipped_other_host >= enough(100, look) &&
      counters.frames_skipped_other_host * 2 > counters.frames_received,
    text: (counters, { where }) =>
      `${counters.frames_skipped_other_host} of ` +
      `${amountWith(counters.frames_received, 'packet', overheard)} left out, ${where}. ` +
      "On a mirror port or a node's veth, OTHER_HOSTS=true logs them; in a pod they are overheard from other pods.",
  },
  {
    name: 'cut packets',
    applies: (counters, look) => counters.frames_skipped_truncated >= enough(100, look),
    text: (counters) =>
      `${amountWith(counters.frames_skipped_truncated, 'packet', ['was', 'were'])} captured without all of their ` +
      'headers: capture whole packets (tcpdump -s 0).',
  },
  {
    name: 'no TCP',
    applies: (counters, look) => readablePackets(counters) >= enough(1000, look) && counters.segments_received === 0,
    text: (counters, { where, isLive }) =>
      `none of ${amount(readablePackets(counters), 'packet')} is TCP over IPv4 or IPv6, ` +
      `${where}.${isLive ? ' Check IFACE and CAP_FILTER.' : ''}`,
  },
  {
    name: 'only TLS',
    applies: (counters, look) => counters.connections_tls >= enough(10, look) && counters.connections_http1 === 0,
    text: (counters, { isLive }) =>
      `only encrypted traffic so far (TLS connections: ${counters.connections_tls}): its contents cannot be seen ` +
      'from outside. Capture where it is plain, for instance behind the proxy that ends ' +
      `TLS${isLive ? ' (IFACE=lo)' : ''}.`,
  },
  {
    name: 'HTTP/2',
    applies: (counters) => counters.connections_http2 > 0,
    text: () => 'there is HTTP/2 traffic, which this version recognises but does not decode yet.',
  },
  {
    name: 'one direction',
    applies: (counters, look) =>
      counters.connections_one_sided >= enough(20, look) &&
      counters.connections_one_sided * 2 > counters.connections_opened,
    text: (counters, { isLive }) =>
      `${counters.connections_one_sided} of ` +
      `${amountWith(counters.connections_opened, 'connection', ['was', 'were'])} captured in one ` +
      'direction only, so requests cannot be paired with responses. Check ' +
      `${isLive ? 'CAP_FILTER' : 'the capture filter'} (a filter on \`src\` or \`dst\` cuts off one side) and the ` +
      'interface (asymmetric routes: use ' +
      `\`any\`${counters.frames_skipped_other_host > 0 ? "; a node's veth: set OTHER_HOSTS=true" : ''}).`,
  },
  {
    name: 'kernel drops',
    applies: (counters) => counters.frames_dropped_kernel > 0,
    text: (counters) =>
      `the kernel has dropped ${amount(counters.frames_dropped_kernel, 'packet')} because packets came faster than ` +
      'they were read: some exchanges are incomplete. Give the container more CPU, a larger CAP_RING, or a narrower ' +
      'CAP_FILTER.',
  },
  {
    name: 'nothing understood',
    applies: (counters, look) => counters.connections_not_http >= enough(20, look) && exchangesSeen(counters) === 0,
    text: (counters) => `no HTTP so far; connections that speak something else: ${counters.connections_not_http}.`,
  },
];

/** Says each hint once, when it first applies. */
export class Hints {
  readonly #said = new Set<string>();

  look(counters: Counters, look: Look): readonly string[] {
    const due = hints.filter((hint) => !this.#said.has(hint.name) && hint.applies(counters, look));
    for (const hint of due) this.#said.add(hint.name);
    return due.map((hint) => hint.text(counters, look));
  }
}

/** Other hints speak of those that could not be read. */
function readablePackets(counters: Counters): number {
  const { frames_skipped_link_type, frames_skipped_truncated, frames_skipped_other_host } = counters;
  return counters.frames_received - frames_skipped_link_type - frames_skipped_truncated - frames_skipped_other_host;
}

/** While the capture runs, a few connections tell nothing yet. */
function enough(count: number, look: Look): number {
  return look.isOver ? 1 : count;
}
