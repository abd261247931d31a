const mebibyte = 1024 * 1024;

/** What node, its code, the caches and the garbage of busy moments take whatever is configured. */
const ownBytes = 96 * mebibyte;
/** With less it cannot work: measured, with next to nothing held back. */
const leastLimit = 48 * mebibyte;
/** What a followed connection costs beside the bytes that are held back for it. */
const connectionBytes = 3 * 1024;
/** Of what is left of the limit; the last third is slack for garbage that is not collected yet. */
const shares = { connections: 1 / 3, buffered: 1 / 4, queues: 1 / 12 } as const;
/** With less the logger would be of no use. */
const least = { connections: 1000, bufferedBytes: 2 * mebibyte, queueBytes: 2 * mebibyte } as const;

/** The variables that bound memory, and what they have to leave room for. */
export type MemoryBounds = {
  readonly MAX_CONNECTIONS: number;
  readonly MAX_BUFFERED: number;
  readonly MAX_BUFFERED_PER_CONNECTION: number;
  readonly QUEUE_LIMIT: number;
  readonly BATCH_BYTES: number;
};

/** What the bounds have to share. */
export type MemoryShare = {
  /** The memory limit of the container, where there is one. */
  readonly limitBytes: number | undefined;
  /** One for each sink. */
  readonly queues: number;
  /** What the operator has set stays as it is. */
  readonly isGiven: (name: keyof MemoryBounds) => boolean;
};

/**
 * Lowers the bounds that are not set so that the process stays within the memory limit of its container. The formula is
 * in docs/kubernetes.md. Without a limit everything stays as it is.
 */
export function fitToMemory<Values extends MemoryBounds>(
  values: Values,
  { limitBytes, queues, isGiven }: MemoryShare,
): Values {
  if (limitBytes === undefined) return values;
  const spare = Math.max(0, limitBytes - ownBytes);
  const fit = (name: keyof MemoryBounds, share: number, floor: number) =>
    isGiven(name) ? values[name] : Math.min(values[name], Math.max(floor, Math.floor(share)));
  const bufferedFloor = Math.max(least.bufferedBytes, values.MAX_BUFFERED_PER_CONNECTION);
  const queueFloor = Math.max(least.queueBytes, 2 * values.BATCH_BYTES);
  return {
    ...values,
    MAX_CONNECTIONS: fit('MAX_CONNECTIONS', (spare * shares.connections) / connectionBytes, least.connections),
    MAX_BUFFERED: fit('MAX_BUFFERED', spare * shares.buffered, bufferedFloor),
    QUEUE_LIMIT: fit('QUEUE_LIMIT', (spare * shares.queues) / queues, queueFloor),
  };
}

/** What does not fit into the memory limit of the container, one sentence each. */
export function memoryWarnings(values: MemoryBounds, { limitBytes, queues, isGiven }: MemoryShare): readonly string[] {
  if (limitBytes === undefined) return [];
  const limit = `memory limit of ${inMebibytes(limitBytes)}`;
  if (limitBytes < leastLimit) {
    return [
      `The ${limit} is too small: the logger may be killed; ` +
        `it needs ${inMebibytes(leastLimit)}, and 192 MiB for busy pods.`,
    ];
  }
  const given = (['MAX_CONNECTIONS', 'MAX_BUFFERED', 'QUEUE_LIMIT'] as const).filter(isGiven);
  const wanted = values.MAX_CONNECTIONS * connectionBytes + values.MAX_BUFFERED + values.QUEUE_LIMIT * queues;
  if (given.length === 0 || wanted + leastLimit <= limitBytes) return [];
  return [
    `${given.join(', ')} allow ${inMebibytes(wanted)}, for which the ${limit} is too small: ` +
      'under load the logger may be killed.',
  ];
}

function inMebibytes(bytes: number): string {
  return `${Math.round(bytes / mebibyte)} MiB`;
}
