// A server behind Envoy, whose filter makes gRPC of gRPC-Web: `ENVOY SERVER... server PORT`, where SERVER is the
// command of the server. It listens on the next port.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '../../../program/start-program.ts';

const [envoy = '', ...words] = process.argv.slice(2);
const port = Number(words.pop());
const [command = '', ...options] = words;
const innerPort = port + 1;

const server = startProgram(command, [...options, `${innerPort}`], { stdio: ['ignore', 'pipe', 'inherit'] });
await once(createInterface({ input: server.stdout }), 'line');
const proxy = startProgram(envoy, ['--disable-hot-restart', '--concurrency', '1', '--config-yaml', configuration()], {
  stdio: ['ignore', 'inherit', 'pipe'],
});
// Nobody reads what it says about itself.
proxy.stderr.resume();
while (!isListening()) await sleep(10);
console.log('{"listening":true}');

function isListening(): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return readFileSync('/proc/net/tcp', 'utf8').includes(local);
}

type Extension = { readonly '@type': string; readonly [setting: string]: unknown };

function extension(type: string, settings: object = {}): Extension {
  return { '@type': `type.googleapis.com/envoy.extensions.${type}`, ...settings };
}

function configuration(): string {
  const at = (address: string, portValue: number) => ({ socket_address: { address, port_value: portValue } });
  const routes = [{ match: { prefix: '/' }, route: { cluster: 'peer', timeout: '0s' } }];
  const manager = extension('filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'calls',
    http_filters: [
      { name: 'web', typed_config: extension('filters.http.grpc_web.v3.GrpcWeb') },
      { name: 'router', typed_config: extension('filters.http.router.v3.Router') },
    ],
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
  });
  const filters = [{ name: 'http', typed_config: manager }];
  const upstream = { explicit_http_config: { http2_protocol_options: {} } };
  const protocol = 'upstreams.http.v3.HttpProtocolOptions';
  const cluster = {
    name: 'peer',
    type: 'STATIC',
    load_assignment: {
      cluster_name: 'peer',
      endpoints: [{ lb_endpoints: [{ endpoint: { address: at('127.0.0.1', innerPort) } }] }],
    },
    typed_extension_protocol_options: { [`envoy.extensions.${protocol}`]: extension(protocol, upstream) },
  };
  const listener = { name: 'calls', address: at('0.0.0.0', port), filter_chains: [{ filters }] };
  return JSON.stringify({ static_resources: { listeners: [listener], clusters: [cluster] } });
}
