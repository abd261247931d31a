import { RecencyList } from '../../bytes/recency-list.ts';
import type { Connection } from '../connection/connection.ts';

/** Why a connection is given up sooner or later than others. */
type Standing = Connection['standing'];

/** In the order in which they may be given up. */
const standings = ['resetting', 'asking', 'lingering', 'lasting'] as const satisfies readonly Standing[];

/**
 * All connections that have not ended, in the order in which they may be given up: those with an RST, in its order,
 * then the others, the one silent for longest first. Those of which nothing but a SYN was seen come before them: a
 * flood of SYNs, or a client that asks again and again, costs no other connection. Of the rest, the ones that have been
 * idle for long but have something under way are `lingering`: they stand in a list of their own, so that nobody looks
 * at them again and again.
 */
export class OpenConnections {
  readonly #lists: Readonly<Record<Standing, RecencyList<Connection>>> = {
    resetting: new RecencyList<Connection>(),
    asking: new RecencyList<Connection>(),
    lingering: new RecencyList<Connection>(),
    lasting: new RecencyList<Connection>(),
  };

  get size(): number {
    return standings.reduce((sum, standing) => sum + this.#lists[standing].size, 0);
  }

  get oldest(): Connection | undefined {
    return this.#oldestFrom(0);
  }

  /** The one whose RST is the oldest. */
  get firstReset(): Connection | undefined {
    return this.#lists.resetting.oldest;
  }

  /** One that has been silent since before `idle`, or with something under way since before `lingering`. */
  nextIdle(since: { readonly idle: number; readonly lingering: number }): Connection | undefined {
    const { asking, lingering, lasting } = this.#lists;
    if (asking.oldest !== undefined && asking.oldest.lastTime < since.idle) return asking.oldest;
    for (let { oldest } = lasting; oldest !== undefined && oldest.lastTime < since.idle; oldest = lasting.oldest) {
      if (oldest.underWay === 0) return oldest;
      this.#move(oldest, 'lingering');
    }
    const { oldest } = lingering;
    return oldest !== undefined && oldest.lastTime < since.lingering ? oldest : undefined;
  }

  /** The one to give up after this one. */
  after({ newer, standing }: Connection): Connection | undefined {
    return newer ?? this.#oldestFrom(standings.indexOf(standing) + 1);
  }

  add(connection: Connection): void {
    this.#lists[connection.standing].append(connection);
  }

  remove(connection: Connection): void {
    this.#lists[connection.standing].remove(connection);
  }

  /** A segment of the connection came. */
  touch(connection: Connection): void {
    const standing = standingOf(connection);
    if (standing !== connection.standing) this.#move(connection, standing);
    else if (standing !== 'resetting') this.#lists[standing].moveToEnd(connection);
  }

  #oldestFrom(place: number): Connection | undefined {
    for (let at = place; at < standings.length; at++) {
      const { oldest } = this.#lists[standings[at] as Standing];
      if (oldest !== undefined) return oldest;
    }
    return undefined;
  }

  #move(connection: Connection, standing: Standing): void {
    this.remove(connection);
    connection.standing = standing;
    this.#lists[standing].append(connection);
  }
}

function standingOf({ resetTime, standing, sides }: Connection): Standing {
  if (resetTime !== undefined) return 'resetting';
  if (standing !== 'asking') return 'lasting';
  const [asking, asked] = sides;
  return asking.isEmpty && !asked.seen && asked.acknowledged === undefined ? 'asking' : 'lasting';
}
