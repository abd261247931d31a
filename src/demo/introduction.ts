const legend = `Each line is one HTTP exchange, or a session that one has begun:

  time (UTC)  direction  status or outcome  method  host and path  duration  body sizes  client and server

  ← incoming, → outgoing, seen from the pod whose part this process plays
  ↑ bytes of the request's body, ↓ of the response's
  timeout: a request that nobody answered, given up after 2 seconds
  101: a WebSocket begins; session: what was said in it until it was closed
  OK, NOT_FOUND: the status of a call of gRPC

For your own traffic leave the demo out (as root, or with NET_RAW): IFACE=any node dist/main.js --pretty
For the records as JSON leave --pretty out, too; --help lists all settings.

`;

/**
 * What the demo is going to show, for people. `problem`: why it cannot capture here, so that it reads the file at
 * `path`.
 */
export function introduction(problem: string | undefined, path: string | undefined): string {
  const scene =
    path === undefined
      ? 'Demo: a small server and a client talk over loopback, in both directions, for about 10 seconds; the logger ' +
        `captures their packets.\n`
      : 'Demo: a small server and a client talked over loopback, in both directions; the logger reads their ' +
        `packets from ${path}.\n`;
  return `${problem === undefined ? '' : `Packets cannot be captured here: ${problem}.\n\n`}${scene}\n${legend}`;
}
