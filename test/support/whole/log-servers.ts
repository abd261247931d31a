import { createForwardServer, createInputServer, createSearchServer } from './answering-servers.ts';
import { forwardText } from './forward-text.ts';
import { type SentRequest, sentRequests } from './http-text.ts';
import { readable } from './readable.ts';
import { RecordingServer } from './recording-server.ts';
import { RecordingUdpServer } from './recording-udp-server.ts';

export type LogstashType = 'tcp' | 'udp' | 'http';

/** What each log server was sent, as text. */
export type SentOutputs = {
  readonly fluentd: string;
  readonly logstash: string;
  readonly elasticsearch: string;
  /** What Elasticsearch was asked before the first document. */
  readonly 'elasticsearch-introduction': string;
};

const elasticsearch = { version: { number: '8.17.0', build_flavor: 'default' }, tagline: 'You Know, for Search' };

/** Stand-ins for all log servers during one run of the program. What they are sent is recorded in front of them. */
export class LogServers {
  readonly #logstashType: LogstashType;
  readonly #forward = new RecordingServer(createForwardServer());
  readonly #search: RecordingServer;
  readonly #logstash: RecordingServer;
  readonly #logstashUdp = new RecordingUdpServer();

  /** `search`: what Elasticsearch says it is. */
  constructor(logstashType: LogstashType, search: object = elasticsearch) {
    this.#logstashType = logstashType;
    this.#search = new RecordingServer(createSearchServer(search));
    this.#logstash = new RecordingServer(logstashType === 'http' ? createInputServer() : undefined);
  }

  async start(): Promise<this> {
    await Promise.all(this.#servers.map((server) => server.start()));
    return this;
  }

  /** The variables that lead the program here. */
  get env(): Readonly<Record<string, string>> {
    const [fluentd, logstash, elasticsearch] = this.#ports;
    return {
      FLUENTD_HOST: '127.0.0.1',
      FLUENTD_PORT: String(fluentd),
      LOGSTASH_HOST: '127.0.0.1',
      LOGSTASH_PORT: String(logstash),
      LOGSTASH_TYPE: this.#logstashType,
      ELASTICSEARCH_HOST: `http://127.0.0.1:${elasticsearch}`,
    };
  }

  /** All that was sent by a program that has ended. `records`: how many, because datagrams have no end. */
  async sent(records: number): Promise<SentOutputs> {
    const requests = sentRequests(await this.#search.received());
    const isBulk = ({ requestLine }: SentRequest) => requestLine.includes('/_bulk');
    return {
      fluentd: forwardText(await this.#forward.received()),
      logstash: await this.#sentToLogstash(records),
      elasticsearch: this.#textOf(requests.filter(isBulk)),
      'elasticsearch-introduction': this.#textOf(requests.filter((request) => !isBulk(request))),
    };
  }

  /** The ports are others in each run: a name stands for each. */
  withoutPorts(text: string): string {
    const names = ['FLUENTD', 'LOGSTASH', 'ELASTICSEARCH'];
    return names.reduce((all, name, at) => all.replaceAll(`127.0.0.1:${this.#ports[at]}`, `127.0.0.1:${name}`), text);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  get #servers(): readonly (RecordingServer | RecordingUdpServer)[] {
    return [this.#forward, this.#search, this.#logstash, this.#logstashUdp];
  }

  /** They stay the same when the servers are gone. */
  get #ports(): readonly number[] {
    const logstash = this.#logstashType === 'udp' ? this.#logstashUdp : this.#logstash;
    return [this.#forward.port, logstash.port, this.#search.port];
  }

  async #sentToLogstash(records: number): Promise<string> {
    switch (this.#logstashType) {
      case 'tcp':
        return readable(await this.#logstash.received());
      case 'udp':
        return readable(await this.#logstashUdp.received(records));
      case 'http':
        return this.#textOf(sentRequests(await this.#logstash.received()));
    }
  }

  #textOf(requests: readonly SentRequest[]): string {
    return this.withoutPorts(requests.map(({ text }) => text).join(''));
  }
}
