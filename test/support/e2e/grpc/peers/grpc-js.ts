// A server or a client of `@grpc/grpc-js`: `server PORT`, or `client HOST PORT`, of the calls in
// ../calls.ts.
import {
  type CallOptions,
  Client,
  type ClientDuplexStream,
  credentials,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { calls, deadlineMs, failure, largeMessage, type Method, message, metadata, service } from '../calls.ts';
import { printReport } from '../print-report.ts';

const identity = (bytes: Buffer) => bytes;
const path = (method: Method) => `/${service}/${method}`;

function definition(method: Method, requestStream: boolean, responseStream: boolean): MethodDefinition<Buffer, Buffer> {
  return {
    path: path(method),
    requestStream,
    responseStream,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  };
}

const definitions = {
  ...unary('Echo', 'Annotate', 'Fail', 'Large', 'Silence'),
  Collect: definition('Collect', true, false),
  Spread: definition('Spread', false, true),
  Chat: definition('Chat', true, true),
  Leave: definition('Leave', true, true),
};

function unary<Name extends Method>(...names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, definition(name, false, false)])) as {
    [Each in Name]: MethodDefinition<Buffer, Buffer>;
  };
}

const echo: handleUnaryCall<Buffer, Buffer> = (call, answer) => answer(null, call.request);
const annotate: handleUnaryCall<Buffer, Buffer> = (call, answer) => {
  const found = new Metadata();
  for (const [name] of Object.values(metadata)) for (const value of call.metadata.get(name)) found.add(name, value);
  call.sendMetadata(found);
  answer(null, call.request, found);
};
const fail: handleUnaryCall<Buffer, Buffer> = (_, answer) => answer({ code: status.NOT_FOUND, details: failure });
const collect: handleClientStreamingCall<Buffer, Buffer> = (call, answer) => {
  let last = Buffer.alloc(0);
  call.on('data', (bytes) => {
    last = bytes;
  });
  call.on('end', () => answer(null, last));
};
const spread: handleServerStreamingCall<Buffer, Buffer> = (call) => {
  for (let count = 0; count < 5; count++) call.write(call.request);
  call.end();
};
/** Waits for the client to cancel. */
const stay: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
  call.on('data', (bytes) => call.write(bytes));
};
const chat: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
  call.on('data', (bytes) => call.write(bytes));
  call.on('end', () => call.end());
};

async function serve(port: number): Promise<void> {
  const server = new Server();
  server.addService(definitions, {
    Echo: echo,
    Annotate: annotate,
    Fail: fail,
    Large: echo,
    Silence: () => {},
    Collect: collect,
    Spread: spread,
    Chat: chat,
    Leave: stay,
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`0.0.0.0:${port}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  console.log('{"listening":true}');
}

/** What the four kinds of calls have in common. */
type Call = {
  on(event: 'status', heard: (status: StatusObject) => void): unknown;
  on(event: 'error', heard: () => void): unknown;
};

class Caller {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure());
  }

  async callAll(): Promise<void> {
    await this.#unary('Echo');
    const annotations = new Metadata();
    for (const [name, value] of Object.values(metadata)) annotations.set(name, value);
    await this.#unary('Annotate', message(0), annotations);
    await this.#unary('Fail');
    await this.#unary('Large', largeMessage);
    await this.#collect();
    await this.#spread();
    await this.#chat('Chat', (call) => call.end());
    await this.#unary('Silence', message(0), new Metadata(), { deadline: Date.now() + deadlineMs });
    await this.#chat('Leave', (call) => call.cancel());
    await this.#unary('Missing');
    this.#client.close();
  }

  async #unary(method: Method, sent = message(0), annotations = new Metadata(), options: CallOptions = {}) {
    const received: Buffer[] = [];
    const call = this.#client.makeUnaryRequest(
      ...([path(method), identity, identity, sent, annotations, options] as const),
      (_, answer) => answer && received.push(answer),
    );
    printReport(method, await statusOf(call), { sent: [sent], received });
  }

  async #collect() {
    const sent = [0, 1, 2, 3, 4].map(message);
    const received: Buffer[] = [];
    const call = this.#client.makeClientStreamRequest(
      path('Collect'),
      identity,
      identity,
      (_, answer) => answer && received.push(answer),
    );
    for (const bytes of sent) call.write(bytes);
    call.end();
    printReport('Collect', await statusOf(call), { sent, received });
  }

  async #spread() {
    const received: Buffer[] = [];
    const call = this.#client.makeServerStreamRequest(path('Spread'), identity, identity, message(0));
    call.on('data', (bytes) => received.push(bytes));
    printReport('Spread', await statusOf(call), { sent: [message(0)], received });
  }

  /** Sends the next message when the one before has come back. */
  async #chat(method: 'Chat' | 'Leave', finish: (call: ClientDuplexStream<Buffer, Buffer>) => void) {
    const [sent, received]: [Buffer[], Buffer[]] = [[], []];
    const call = this.#client.makeBidiStreamRequest(path(method), identity, identity);
    const send = () => {
      if (sent.length === calls[method].sent) return finish(call);
      const next = message(sent.length);
      sent.push(next);
      call.write(next);
    };
    call.on('data', (bytes) => {
      received.push(bytes);
      send();
    });
    send();
    printReport(method, await statusOf(call), { sent, received });
  }
}

function statusOf(call: Call): Promise<StatusObject> {
  return new Promise((resolve) => {
    call.on('error', () => {});
    call.on('status', resolve);
  });
}

const [role, ...words] = process.argv.slice(2);
if (role === 'server') await serve(Number(words[0]));
else await new Caller(words.join(':')).callAll();
