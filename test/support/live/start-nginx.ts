import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { serverPort } from '../capture/namespaces.ts';
import type { NetworkNamespace } from '../capture/network-namespace.ts';
import type { FlatRecord } from '../record/flat-record.ts';

/** Sizes of files below `/bytes/`. */
const sizes = [0, 3000, 70_000];

/**
 * Gives a function that reads the access log: one line per exchange (method, target, status, body bytes), sorted.
 * `http2`: it speaks nothing else.
 */
export async function startNginx(
  namespace: NetworkNamespace,
  http2: 'http2' | '' = '',
): Promise<() => readonly string[]> {
  const folder = namespace.makeFolder();
  mkdirSync(`${folder}/bytes`);
  for (const size of sizes) writeFileSync(`${folder}/bytes/${size}`, Buffer.alloc(size, 'b'));
  writeFileSync(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 500; }
http {
  log_format plain '$request_method $request_uri $status $body_bytes_sent';
  access_log ${folder}/access.log plain;
  client_body_temp_path ${folder}/body;
  server {
    listen ${serverPort} ${http2};
    listen [::]:${serverPort} ${http2};
    root ${folder};
    keepalive_requests 100000;
    location /text { return 200 'hello world'; }
    location /moved { return 301 /text; }
    location /error { return 500; }
    location /nothing { return 204; }
    # Reads the body before it answers: nobody listens there.
    location /upload { proxy_pass http://127.0.0.1:1; }
  }
}`,
  );
  const started = namespace.start(['nginx', '-e', `${folder}/error.log`, '-c', `${folder}/nginx.conf`]);
  await started.until(() => isListening(namespace), 'nginx that listens');
  return () => readFileSync(`${folder}/access.log`, 'utf8').trimEnd().split('\n').sort();
}

function isListening(namespace: NetworkNamespace): boolean {
  const listening = ' 00000000000000000000000000000000:1F90 ';
  return namespace.run(['cat', '/proc/net/tcp6']).includes(listening);
}

/** The line of an exchange in the access log. */
export function accessLine({ method, url, status, response_bytes }: FlatRecord): string {
  return `${method} ${url} ${status} ${response_bytes}`;
}
