// The built program with a spool on a disk that gets full, or may only be read, while its server is away: whatever the
// sink, every record arrives once the server is back, or is counted as dropped.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pcapFile } from '../../support/capture/capture-writer.ts';
import { programMissing, RunningLogger } from '../../support/program/run-logger.ts';
import { ForwardServer } from '../../support/sink/forward-server.ts';
import { HttpInput, TcpInput } from '../../support/sink/logstash-inputs.ts';
import { TcpConversation } from '../../support/tcp/tcp-conversation.ts';

const exchanges = 6000;
const folder = mkdtempSync(join(tmpdir(), 'spool-faults-'));
after(() => rmSync(folder, { recursive: true }));

const capture = join(folder, 'big.pcap');
const conversation = new TcpConversation({ clientPort: 40_000, interval: 10, acks: false });
for (let index = 0; index < exchanges; index++) {
  conversation.client(`GET /${index} HTTP/1.1\r\nHost: big.example\r\n\r\n`);
  conversation.server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
}
writeFileSync(capture, pcapFile(conversation.close().packets, { linkType: 101 }));

type Server = {
  readonly start: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
  readonly ids: () => readonly string[];
  readonly env: () => Readonly<Record<string, string>>;
};

const servers: { readonly [sink: string]: () => Server } = {
  fluentd: () => {
    const server = new ForwardServer();
    return {
      start: () => server.start(),
      stop: () => server.stop(),
      ids: () => server.ids(),
      env: () => ({ SEND_LOGS_TO: 'fluentd', FLUENTD_HOST: '127.0.0.1', FLUENTD_PORT: String(server.port) }),
    };
  },
  'logstash over http': () => logstash('http', new HttpInput()),
  'logstash over tcp': () => logstash('tcp', new TcpInput()),
};

function logstash(type: string, input: HttpInput | TcpInput): Server {
  return {
    start: () => input.start(),
    stop: () => input.stop(),
    ids: () => input.events.ids,
    env: () => ({
      SEND_LOGS_TO: 'logstash',
      LOGSTASH_TYPE: type,
      LOGSTASH_HOST: '127.0.0.1',
      LOGSTASH_PORT: String(input.port),
    }),
  };
}

const said = {
  'is full': /the spool of \w+ fails, going on in memory: no space left/,
  'may only be read': /goes on without its spool: .*read-only file system/,
};

/** A small file system of its own for a spool; undefined without the right to mount one. */
function smallDisk(t: TestContext): string | undefined {
  const directory = mkdtempSync(join(folder, 'disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  t.after(() => execFileSync('umount', ['-l', directory]));
  return directory;
}

for (const [sink, create] of Object.entries(servers)) {
  for (const fault of ['is full', 'may only be read'] as const) {
    const title = `${sink}: the disk of the spool ${fault}, the server is away and comes back`;
    test(title, { skip: programMissing, timeout: 300_000 }, async (t) => {
      const disk = smallDisk(t);
      if (disk === undefined) return t.skip('needs the right to mount a small file system');
      const directory = join(disk, 'spool');
      mkdirSync(directory);
      const server = create();
      await server.start();
      t.after(() => server.stop());
      await server.stop();
      if (fault === 'may only be read') execFileSync('mount', ['-o', 'remount,ro', disk]);
      const delivery = { SPOOL_DIR: directory, BATCH_RECORDS: '500', RETRY_MAX_MS: '200' };
      const logger = new RunningLogger(['--read', capture], { env: { ...server.env(), ...delivery } });
      t.after(() => logger.signal('SIGKILL'));
      await logger.until(({ stderr }) => stderr.includes('does not take records'), 'failure');
      await logger.until(({ stderr }) => said[fault].test(stderr), 'fault');
      await server.start();
      const { code, stderr } = await logger.finished;
      assert.equal(code, 0, stderr);
      const [, delivered = '', dropped = '0'] =
        /(\d+) records delivered(?:.*?lost: (\d+) records dropped)?/.exec(stderr) ?? [];
      assert.equal(Number(delivered) + Number(dropped), exchanges, stderr);
      // Over tcp, what was delivered may not have been read yet.
      for (const deadline = Date.now() + 60_000; server.ids().length < Number(delivered); await sleep(20)) {
        assert.ok(Date.now() < deadline, `${server.ids().length} of ${delivered} have arrived`);
      }
      const ids = server.ids();
      assert.equal(new Set(ids).size, ids.length, 'nothing comes twice');
      assert.equal(ids.length, Number(delivered), stderr);
    });
  }
}
