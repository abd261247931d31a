// A mesh sends what an application asks of others to a proxy in its pod, by iptables: on loopback, requests and answers
// then have different addresses.
import assert from 'node:assert/strict';
import { inside, liveTest, runClient, serverPort, startServer } from '../support/capture/namespaces.ts';
import { connect, ruleMissing } from '../support/capture/network-namespace.ts';
import { startCapture } from '../support/program/run-logger.ts';
import type { FlatRecord } from '../support/record/flat-record.ts';

const service = { ipv4: '10.99.0.5', ipv6: 'fd99::5' } as const;
const servicePort = 80;

const toService = ['-p', 'tcp', '--dport', `${servicePort}`];
const redirect = ['-t', 'nat', '-A', 'OUTPUT', ...toService, '-j', 'REDIRECT', '--to-ports', `${serverPort}`];
const mark = ['-t', 'mangle', '-A', 'OUTPUT', ...toService, '-j', 'MARK', '--set-mark', '1'];
const handOver = ['-t', 'mangle', '-A', 'PREROUTING', '-i', 'lo', ...toService, '-j', 'TPROXY'];
const tproxy = [...handOver, '--on-ip', '127.0.0.1', '--on-port', `${serverPort}`, '--tproxy-mark', '1/1'];

/** A proxy that accepts connections to any address, which Node.js cannot ask for: IP_TRANSPARENT is 19. */
const transparentServer = `
import socket
listening = socket.socket()
listening.setsockopt(socket.SOL_IP, 19, 1)
listening.bind(('127.0.0.1', ${serverPort}))
listening.listen()
print('{"listening":true}', flush=True)
while True:
    accepted, _ = listening.accept()
    accepted.recv(65536)
    accepted.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 11\\r\\nConnection: close\\r\\n\\r\\nhello world')
    accepted.close()
`;

const seen = ({ direction, server_ip, server_port, url, status }: FlatRecord) =>
  `${direction} ${server_ip} ${server_port} ${url} ${status}`;

liveTest(
  'a request that REDIRECT sends to a proxy is one exchange with the server that was meant',
  { namespaces: 2, missing: ruleMissing('iptables', redirect) || ruleMissing('ip6tables', redirect) },
  async (pod, other) => {
    connect(pod, other);
    pod.ip('route add default via 10.77.0.2');
    pod.ip('route add default via fd77::2');
    await startServer(pod);
    for (const command of ['iptables', 'ip6tables']) pod.run([command, ...redirect]);
    const loggers = await Promise.all(
      ['lo', 'any'].map((iface) => startCapture({ IFACE: iface, MODE: 'debug' }, inside(pod))),
    );
    for (const host of [service.ipv4, service.ipv6]) {
      for (const path of ['/text', '/missing']) await runClient(pod, 'once', { host, path, port: servicePort });
    }
    for (const logger of loggers) {
      const { records, stderr } = await logger.stop();
      assert.deepEqual(
        records.map(seen),
        [service.ipv4, service.ipv6].flatMap((server) => [
          `outgoing ${server} ${servicePort} /text 200`,
          `outgoing ${server} ${servicePort} /missing 404`,
        ]),
      );
      assert.match(stderr, /summary: 4 exchanges \(4 answered\).* no loss/);
      assert.match(stderr, / connections_finished=4/);
    }
  },
);

liveTest(
  'so is one that TPROXY hands over',
  { namespaces: 2, programs: ['python3'], missing: ruleMissing('iptables', mark) || ruleMissing('iptables', tproxy) },
  async (pod, other) => {
    connect(pod, other);
    pod.ip('route add default via 10.77.0.2');
    pod.ip('rule add fwmark 1 lookup 100');
    pod.ip('route add local 0.0.0.0/0 dev lo table 100');
    for (const rule of [mark, tproxy]) pod.run(['iptables', ...rule]);
    const proxy = pod.start(['python3', '-c', transparentServer]);
    await proxy.event((event) => event.listening === true, 'proxy');
    const loggers = await Promise.all(['lo', 'any'].map((iface) => startCapture({ IFACE: iface }, inside(pod))));
    await runClient(pod, 'once', { host: service.ipv4, path: '/text', port: servicePort });
    for (const logger of loggers) {
      const { records, stderr } = await logger.stop();
      assert.deepEqual(records.map(seen), [`outgoing ${service.ipv4} ${servicePort} /text 200`]);
      assert.match(stderr, /summary: 1 exchange \(1 answered\).* no loss/);
    }
  },
);
