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
  /** Whether the capture includes loopback, live. */
  readonly hearsLoopback: boolean;
  /** Why nothing at all can be captured at the moment, live: the interface is not there. */
  readonly unready?: string | undefined;
};

/** Something that is probably not what the operator wants, and what to do about it. */
type Hint = {
  readonly name: string;
  readonly applies: (counters: Counters, look: Look) => boolean;
  readonly text: (counters: Counters, look: Look) => string;
};

/** How long to wait before silence is worth a word, seconds: while the capture runs, and when it is over. */
const quietSeconds = { running: 30, over: 5 } as const;

const overheard = ['is addressed to other hosts and was', 'are addressed to other hosts and were'] as const;

const hints: readonly Hint[] = [
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
      'Ethernet, Linux cooked, raw IP and loopback are. Capture on another interface.',
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
    applies: (counters, look) =>
      counters.segments_received === 0 && !isExplained(counters, look) && isQuiet(counters, look),
    text: (counters, look) => {
      const { frames_received } = counters;
      const { where, isLive, unready } = look;
      if (unready !== undefined) return `${unready}. Check IFACE (${elsewhere(look)}).`;
      if (isLive && frames_received === 0) return `no packet so far, ${where}. ${whatToCheck(look)}`;
      const packets = isLive
        ? `no TCP packet of this pod so far, only ${amount(frames_received, 'other')}`
        : `none of ${amount(frames_received, 'packet')} is TCP over IPv4 or IPv6`;
      return `${packets} (${kindsOf(counters)}), ${where}.${isLive ? ` ${whatToCheck(look)}` : ''}`;
    },
  },
  {
    name: 'only own traffic',
    applies: ({ connections_opened, connections_own_traffic }, { seconds, isOver, isLive }) =>
      isLive &&
      seconds >= (isOver ? quietSeconds.over : 2 * quietSeconds.running) &&
      connections_opened > 0 &&
      connections_own_traffic >= connections_opened,
    text: (_, look) => `no connection so far but the logger's own, ${look.where}. ${whatToCheck(look)}`,
  },
  {
    name: 'only TLS',
    applies: (counters, look) => counters.connections_tls >= enough(10, look) && !hasHttp(counters),
    text: ({ connections_tls, connections_not_http }, { isLive, hearsLoopback }) =>
      `no plain HTTP so far, but encrypted traffic (TLS connections: ${connections_tls}` +
      `${connections_not_http > 0 ? `, of other protocols: ${connections_not_http}` : ''}): its contents cannot be ` +
      'seen from outside. Capture where it is plain, for instance behind the proxy that ends ' +
      `TLS${isLive && !hearsLoopback ? ' (IFACE=lo)' : ''}.`,
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
    applies: (counters, { isLive }) => isLive && counters.frames_dropped_kernel > 0,
    text: (counters) =>
      `the kernel has dropped ${amount(counters.frames_dropped_kernel, 'packet')} because packets came faster than ` +
      'they were read: some exchanges are incomplete. Give the container more CPU, a larger CAP_RING, or a narrower ' +
      'CAP_FILTER.',
  },
  {
    name: 'nothing understood',
    applies: (counters, look) =>
      counters.connections_not_http >= enough(20, look) && counters.connections_tls === 0 && !hasHttp(counters),
    text: (counters, look) =>
      `no HTTP so far; connections that speak something else: ${counters.connections_not_http}.` +
      `${look.isLive ? ` Is the HTTP traffic elsewhere? Check IFACE (${elsewhere(look)}) and CAP_FILTER.` : ''}`,
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

/** Other hints say why these packets were not read. */
function isExplained(counters: Counters, look: Look): boolean {
  return (
    counters.frames_skipped_link_type > 0 ||
    hints.some(({ name, applies }) => explaining.has(name) && applies(counters, look))
  );
}

const explaining: ReadonlySet<string> = new Set(['no packets in a file', 'other hosts', 'cut packets']);

/** Traffic that nobody would call none, or a while without any. */
function isQuiet({ frames_received }: Counters, { seconds, isOver, isLive }: Look): boolean {
  if (!isLive) return isOver && frames_received > 0;
  return frames_received >= 1000 || seconds >= (isOver ? quietSeconds.over : quietSeconds.running);
}

function hasHttp(counters: Counters): boolean {
  return counters.connections_http1 > 0 || counters.connections_http2 > 0 || exchangesSeen(counters) > 0;
}

/** What the packets are that are not TCP of this pod. */
function kindsOf(counters: Counters): string {
  const kinds: readonly (readonly [count: number, kind: string])[] = [
    [counters.frames_skipped_not_ip, 'not IP, such as ARP'],
    [counters.frames_skipped_not_tcp, 'not TCP, such as UDP and ICMP'],
    [counters.frames_skipped_other_host, 'to other hosts'],
    [counters.frames_skipped_truncated, 'cut'],
    [counters.frames_skipped_malformed, 'malformed'],
    [counters.frames_skipped_too_deep, 'inside of too many tunnels'],
    [counters.fragments_received, 'IP fragments'],
  ];
  return kinds.flatMap(([count, kind]) => (count > 0 ? [`${kind}: ${count}`] : [])).join('; ');
}

function whatToCheck(look: Look): string {
  return `Is there traffic? Check IFACE (${elsewhere(look)}) and CAP_FILTER.`;
}

function elsewhere({ hearsLoopback }: Look): string {
  return hearsLoopback ? '`any` listens everywhere' : '`any` listens everywhere, also on loopback';
}

/** While the capture runs, a few connections tell nothing yet. */
function enough(count: number, look: Look): number {
  return look.isOver ? 1 : count;
}
