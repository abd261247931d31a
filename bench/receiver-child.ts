// A log server in a process of its own, so that its CPU time is nobody else's, and to be stopped and continued:
// PROTOCOL [PATH].
import { isReceiverProtocol, receiverProtocols } from './receiver-protocols.ts';
import { ReceiverTally } from './receiver-tally.ts';

const reportMs = 50;

const [protocol = '', path = ''] = process.argv.slice(2);
if (!isReceiverProtocol(protocol)) throw new Error(`there is no protocol ${protocol}`);
const tally = new ReceiverTally();
const port = await receiverProtocols[protocol](tally, path);
tell({ port: port ?? null });
setInterval(() => {
  const arrived = tally.report();
  if (arrived !== undefined) tell(arrived);
}, reportMs);

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
