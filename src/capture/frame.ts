/** Link types, numbered as in capture files (the tcpdump project's LINKTYPE registry). */
export const LinkType = {
  null: 0,
  ethernet: 1,
  pppoe: 51,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  mpls: 219,
  ipv4: 228,
  ipv6: 229,
  nflog: 239,
  linuxCooked2: 276,
} as const;

/** Which way a packet crossed the interface, where the source can tell. */
export type PacketDirection = 'in' | 'out' | undefined;

/**
 * One captured packet. A source may hand over the same object again and again with other contents, and `bytes` belongs
 * to it (it may be the kernel's ring): what is to be kept past the call is copied.
 */
export type Frame = {
  readonly bytes: Buffer;
  /** The packet is `bytes[start, end)`, beginning with the header of its link type. */
  readonly start: number;
  readonly end: number;
  /** Length on the wire; larger than `end - start` when a snap length truncated the packet. */
  readonly wireLength: number;
  /** Capture time, microseconds since the epoch. */
  readonly time: number;
  /** A number of the LINKTYPE registry; unknown ones are counted and left alone. */
  readonly linkType: number;
  readonly direction: PacketDirection;
};

/** Where a source puts its frames. */
export interface FrameSink {
  frame(frame: Frame): void;
  /** Capture time has reached `now` (microseconds since the epoch): the only clock the pipeline knows. */
  tick(now: number): void;
}
