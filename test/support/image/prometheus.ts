import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NetworkNamespace } from '../capture/network-namespace.ts';

/** Why there is no Prometheus, or `false`. */
export const prometheusMissing: string | false = ['prometheus', 'curl'].some(
  (name) => spawnSync(name, ['--version']).error !== undefined,
)
  ? 'not installed: prometheus or curl'
  : false;

/** A real Prometheus in a namespace, with the alert rules of deploy/, that scrapes one target every second. */
export class Prometheus {
  readonly #namespace: NetworkNamespace;

  constructor(namespace: NetworkNamespace, target: string) {
    this.#namespace = namespace;
    const configuration = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      rule_files: [resolve('deploy/monitoring/prometheus-rules.yaml')],
      scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [target] }] }],
    };
    const folder = namespace.makeFolder();
    const path = join(folder, 'prometheus.json');
    writeFileSync(path, JSON.stringify(configuration));
    namespace.start([
      'prometheus',
      `--config.file=${path}`,
      `--storage.tsdb.path=${folder}/data`,
      '--web.listen-address=127.0.0.1:9090',
    ]);
  }

  /** Asks until the answer is the expected number. */
  async expect(expression: string, value: number): Promise<void> {
    let answer = '';
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(500)) {
      answer = this.#ask(expression);
      if (answer.includes(`"${value}"]`)) return;
    }
    throw new Error(`${expression} is not ${value}: ${answer}`);
  }

  #ask(expression: string): string {
    const url = `http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(expression)}`;
    try {
      return this.#namespace.run(['curl', '--silent', url]);
    } catch {
      return 'no answer yet';
    }
  }
}
