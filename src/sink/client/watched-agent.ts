import { Agent } from 'node:http';
import { Socket } from 'node:net';
import type { OwnTraffic } from '../own-traffic.ts';

/** Tells `ownTraffic` of each connection, before it is asked for. */
export class WatchedAgent extends Agent {
  readonly #ownTraffic: OwnTraffic;

  constructor(options: ConstructorParameters<typeof Agent>[0], ownTraffic: OwnTraffic) {
    super(options);
    this.#ownTraffic = ownTraffic;
  }

  override createConnection(...args: Parameters<Agent['createConnection']>) {
    const socket = super.createConnection(...args);
    if (socket instanceof Socket) this.#ownTraffic.watch(socket);
    return socket;
  }
}
