import type { FailedConnection } from './failed-connection.ts';

/** A port scan or an endless retry must not flood the log: this is the most in a second of capture time. */
const maxInSecond = 100;
/** Of one server, so that a client that asks for it again and again does not hide the others. */
const maxOfServer = 10;

/** Which connections that never came up are logged, when there are very many. */
export class ConnectLimit {
  #second = 0;
  #taken = 0;
  readonly #takenByServer = new Map<string, number>();

  takes({ endpoints: { serverIp, serverPort }, endTime }: FailedConnection): boolean {
    const second = Math.floor(endTime / 1e6);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = 0;
      this.#takenByServer.clear();
    }
    const server = `${serverIp} ${serverPort}`;
    const ofServer = this.#takenByServer.get(server) ?? 0;
    if (this.#taken >= maxInSecond || ofServer >= maxOfServer) return false;
    this.#taken++;
    this.#takenByServer.set(server, ofServer + 1);
    return true;
  }
}
