import { closeSync, writeSync } from 'node:fs';
import type { Written } from '../test/support/http2/recorded-session.ts';
import type { Generated, Workload } from './capture-generator.ts';
import { recordExchanges } from './http2-exchanges.ts';
import { Flag, type Flow, PacketWriter } from './packet-writer.ts';

const maxSegment = 1448;
/** So many connections are made with a client and a server; others play what one of these has said. */
const recordings = 8;
/** So many connections are open at the same time, and take turns. */
const lanesAtOnce = 100;

/** Writes the exchanges of the workload as they are over HTTP/2 to a file, and closes it. */
export async function writeHttp2Capture(descriptor: number, workload: Workload): Promise<Generated> {
  const writer = new PacketWriter((bytes) => {
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
  });
  try {
    const { exchanges, exchangesPerConnection, exchangeTemplates } = workload;
    const count = Math.ceil(exchanges / exchangesPerConnection);
    const made: (readonly Written[])[] = [];
    for (let index = 0; index < Math.min(recordings, count); index++) {
      made.push(await recordExchanges(exchangeTemplates, index * exchangesPerConnection, exchangesPerConnection));
    }
    for (let first = 0; first < count; first += lanesAtOnce) {
      const lanes = Array.from({ length: Math.min(lanesAtOnce, count - first) }, (_, index) => first + index);
      playTogether(
        lanes.map((number) => ({ flow: openFlow(writer, number), written: made[number % made.length] ?? [] })),
        writer,
      );
    }
    writer.flush();
    return writer;
  } finally {
    closeSync(descriptor);
  }
}

type Lane = { readonly flow: Flow; readonly written: readonly Written[] };

function playTogether(lanes: readonly Lane[], writer: PacketWriter): void {
  const longest = Math.max(...lanes.map(({ written }) => written.length));
  for (let index = 0; index < longest; index++) {
    for (const { flow, written } of lanes) {
      const piece = written[index];
      if (piece !== undefined) play(flow, piece, writer);
    }
  }
  for (const { flow } of lanes) {
    for (const fromClient of [true, false]) control(writer, flow, fromClient, Flag.fin | Flag.ack);
  }
}

function play(flow: Flow, { side, bytes }: Written, writer: PacketWriter): void {
  const fromClient = side === 0;
  for (let offset = 0; offset < bytes.length; offset += maxSegment) {
    const payloadBytes = Math.min(maxSegment, bytes.length - offset);
    writer.packet(flow, { fromClient, flags: Flag.ack | Flag.push, front: bytes, offset, payloadBytes });
  }
  if (fromClient) flow.clientSequence = (flow.clientSequence + bytes.length) >>> 0;
  else flow.serverSequence = (flow.serverSequence + bytes.length) >>> 0;
}

function openFlow(writer: PacketWriter, number: number): Flow {
  const flow: Flow = {
    client: 0x0a010001 + (number % 250),
    clientPort: 1024 + (Math.floor(number / 250) % 60_000),
    server: 0x0a020002,
    serverPort: 8080,
    clientSequence: Math.imul(number, 0x9e3779b1) >>> 0,
    serverSequence: Math.imul(number, 0x85ebca6b) >>> 0,
  };
  control(writer, flow, true, Flag.syn);
  flow.clientSequence++;
  control(writer, flow, false, Flag.syn | Flag.ack);
  flow.serverSequence++;
  control(writer, flow, true, Flag.ack);
  return flow;
}

function control(writer: PacketWriter, flow: Flow, fromClient: boolean, flags: number): void {
  writer.packet(flow, { fromClient, flags, front: nothing, offset: 0, payloadBytes: 0 });
}

const nothing = Buffer.alloc(0);
