// Real ends of WebSockets, over loopback in a namespace of their own: what the logger says is what was said.
import assert from 'node:assert/strict';
import { inside, liveTest } from '../support/capture/namespaces.ts';
import { startCapture } from '../support/program/run-logger.ts';

/** Four sessions of the package `ws`: how each ends is in its path. */
const program = `
  const { WebSocket, WebSocketServer } = require('ws');
  const server = new WebSocketServer({ port: 8080, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } }, run);
  server.on('connection', (socket, { url }) => {
    socket.on('message', (data) => socket.send(data));
    if (url === '/by-server') socket.on('message', () => socket.close(4001, 'enough'));
    if (url === '/cut') socket.on('message', () => socket._socket.resetAndDestroy());
  });
  const session = (path, perMessageDeflate, talk) => new Promise((resolve) => {
    const socket = new WebSocket('ws://127.0.0.1:8080' + path, { perMessageDeflate });
    socket.on('error', () => {});
    socket.on('open', () => talk(socket));
    socket.on('close', resolve);
  });
  async function run() {
    await session('/by-client', false, (socket) => {
      let echoed = 0;
      socket.on('message', () => ++echoed === 3 && socket.close(1000));
      socket.ping('are you there');
      socket.send('in ', { fin: false });
      socket.ping();
      socket.send('two', { fin: true });
      socket.send('x'.repeat(70_000));
      socket.send(Buffer.alloc(200));
    });
    await session('/by-server', false, (socket) => socket.send('hello'));
    await session('/compressed', true, (socket) => {
      socket.on('message', () => socket.close());
      socket.send('x'.repeat(100_000));
    });
    await session('/cut', false, (socket) => socket.send('hello'));
    server.close();
  }
`;

liveTest('sessions of WebSocket are logged with what was said, and who closed them', { namespaces: 1 }, async (pod) => {
  pod.run(['ip', 'link', 'set', 'lo', 'up']);
  const logger = await startCapture({ IFACE: 'lo' }, inside(pod));
  pod.run([process.execPath, '-e', program]);
  const isSession = ({ kind }: { readonly kind?: string }) => kind === 'session';
  await logger.until(({ records }) => records.filter(isSession).length >= 4, 'four sessions');
  const { records, stderr } = await logger.stop();
  const sessions = records.filter(isSession);
  const handshakes = records.filter(({ kind }) => kind === undefined);
  assert.deepEqual(sessions.map(({ id }) => id).sort(), handshakes.map(({ id }) => id).sort());
  assert.ok(handshakes.every(({ status, outcome }) => status === 101 && outcome === 'answered'));
  assert.match(stderr, /summary: 4 exchanges \(4 answered\).*; no loss/);
  const of = (path: string) => sessions.find((record) => record.path === path);
  const facts = (path: string) => {
    const { outcome, client_messages, server_messages, client_bytes, server_bytes, close_code, closed_by } =
      of(path) ?? {};
    return [outcome, client_messages, client_bytes, server_messages, server_bytes, close_code, closed_by];
  };
  assert.deepEqual(facts('/by-client'), ['closed', 3, 70_206, 3, 70_206, 1000, 'client']);
  assert.deepEqual(facts('/by-server'), ['closed', 1, 5, 1, 5, 4001, 'server']);
  const [, messages, bytes] = facts('/compressed');
  assert.deepEqual([messages, of('/compressed')?.compression], [1, 'permessage-deflate']);
  assert.ok(Number(bytes) > 0 && Number(bytes) < 1000, `${bytes}`);
  assert.deepEqual([of('/cut')?.outcome, of('/cut')?.closed_by, of('/cut')?.client_messages], ['reset', 'server', 1]);
});
