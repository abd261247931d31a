// What runs in the pods of a mesh: a proxy that stands in for Envoy, ztunnel or Linkerd's, an application that answers,
// and one that asks. Plain JavaScript, because each test starts many of them. The one argument is JSON.
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

const settings = JSON.parse(process.argv[2]);
const key = Buffer.from('0123456789abcdef');
const presharedKey = { ciphers: 'PSK-AES128-GCM-SHA256', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' };
const tlsOptions = { ...presharedKey, pskCallback: () => key, pskIdentityHint: '' };
/** Of the C library. */
const constants = { inet: 2, stream: 1, ip: 0, transparent: 19, socket: 1, mark: 36, reuseAddress: 2 };

const roles = { proxy: runProxy, application: runApplication, client: runClient };
await roles[settings.role](settings);
tell({ listening: true });

function tell(event) {
  console.log(JSON.stringify(event));
}

function runApplication({ port }) {
  const server = http.createServer({ keepAlive: false }, (request, response) => {
    request.resume().on('end', () => response.end(`answer to ${request.url}`));
  });
  return new Promise((resolve) => server.listen(port, '0.0.0.0', resolve));
}

/** Asks for what each line of its input names, one after the other. */
function runClient() {
  let asked = Promise.resolve();
  let text = '';
  process.stdin.on('data', (chunk) => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop();
    for (const line of lines) asked = asked.then(() => ask(JSON.parse(line)));
  });
}

function ask({ host, port, path }) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host, port, path, agent: false, headers: { host: 'shop' } }, (response) => {
      response.resume().on('end', () => {
        tell({ log: `${path} ${response.statusCode}` });
        resolve();
      });
    });
    request.on('error', reject);
  });
}

/** Listeners that hand on what comes to them; they take both, plain text and TLS. */
async function runProxy({ listeners, user, group }) {
  await Promise.all(
    listeners.map((listener) => {
      const server = net.createServer((client) => accept(client, listener));
      return new Promise((resolve) => {
        if (listener.transparent) server.listen({ fd: transparentSocket(listener.port) }, resolve);
        else server.listen(listener.port, '0.0.0.0', resolve);
      });
    }),
  );
  // The rules tell a proxy's own connections by its user or group.
  if (group !== undefined) process.setgid(group);
  if (user !== undefined) process.setuid(user);
}

function accept(client, { to, plainTo, from, mark }) {
  client.on('error', () => {});
  client.once('data', (first) => {
    client.pause();
    client.unshift(first);
    const localAddress = from === 'client' ? client.remoteAddress.replace('::ffff:', '') : from;
    const target = plainTo !== undefined && first.includes(' /plain/') ? plainTo : to;
    const upstream = connect({ ...target, localAddress, mark, isTransparent: from === 'client' });
    upstream.on('error', () => client.destroy());
    if (first[0] !== 22) return join(client, upstream);
    // One for each connection: a common one does not tell which of them has become secure.
    tls.createServer(tlsOptions, (inner) => join(inner, upstream)).emit('connection', client);
  });
}

function join(client, upstream) {
  client.on('error', () => upstream.destroy());
  client.pipe(upstream).pipe(client);
}

function connect({ host, port, secure, localAddress, mark, isTransparent }) {
  const socket =
    mark === undefined && !isTransparent
      ? net.connect({ host, port, localAddress })
      : new net.Socket({ fd: markedSocket({ host, port, localAddress, mark, isTransparent }), readable: true });
  if (!secure) return socket;
  return tls.connect({
    ...presharedKey,
    socket,
    pskCallback: () => ({ psk: key, identity: 'pod' }),
    checkServerIdentity: () => undefined,
  });
}

/** A connection whose packets have a mark, and which may come from an address of another pod: blocks until it is up. */
function markedSocket({ host, port, localAddress, mark, isTransparent }) {
  const fd = call('socket', constants.inet, constants.stream, 0);
  if (mark !== undefined) setOption(fd, constants.socket, constants.mark, mark);
  if (isTransparent) setOption(fd, constants.ip, constants.transparent, 1);
  if (localAddress !== undefined) call('bind', fd, socketAddress(localAddress, 0), 16);
  call('connect', fd, socketAddress(host, port), 16);
  return fd;
}

/** Accepts connections to any address, which Node.js cannot ask for. */
function transparentSocket(port) {
  const fd = call('socket', constants.inet, constants.stream, 0);
  setOption(fd, constants.socket, constants.reuseAddress, 1);
  setOption(fd, constants.ip, constants.transparent, 1);
  call('bind', fd, socketAddress('0.0.0.0', port), 16);
  return fd;
}

function setOption(fd, level, option, value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  call('setsockopt', fd, level, option, bytes, 4);
}

function socketAddress(host, port) {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(constants.inet, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(host.split('.').map(Number), 4);
  return bytes;
}

function call(name, ...values) {
  const koffi = createRequire(import.meta.url)('koffi');
  const library = koffi.load(null);
  const types = values.map((value) => (typeof value === 'number' ? 'int' : 'const void *'));
  const result = library.func(name, 'int', types)(...values);
  if (result < 0) throw new Error(`${name} failed: ${koffi.os.errno[koffi.errno()] ?? koffi.errno()}`);
  return result;
}
