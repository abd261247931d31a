/** The inputs' setting `ecs_compatibility`; `v8` is the default of Logstash 8 and 9. */
export type EcsCompatibility = 'v8' | 'disabled';

export type LogstashEvent = { [field: string]: unknown };

/** What an input does with each event that its codec has made. Throws where a field cannot be set. */
export type SetFields = (event: LogstashEvent) => void;

/** What an input has made events of. */
export class LogstashEvents {
  readonly all: LogstashEvent[] = [];
  /** Called with the records of a text that has become events. */
  onTaken: (records: readonly LogstashEvent[]) => void = () => {};

  /** Texts that the codec could make no event of: they are the message of one. */
  get failures(): readonly string[] {
    return this.all.flatMap(({ tags, message }) =>
      JSON.stringify(tags) === '["_jsonparsefailure"]' ? [String(message)] : [],
    );
  }

  /** The records as they were sent, with their times. */
  get records(): readonly LogstashEvent[] {
    return this.all.map(recordOf);
  }

  /** Asked for again and again by whoever waits, so that no records are made for it. */
  get ids(): readonly string[] {
    return this.all.map((event) => String(((event['http_log'] ?? event) as LogstashEvent)['id']));
  }

  /** A text is one event, or an array of events; all of it is a failure if there is anything wrong with one of them. */
  take(text: string, setFields: SetFields): void {
    try {
      const events = [JSON.parse(text) as unknown].flat() as LogstashEvent[];
      for (const event of events) refuseBrackets(event);
      for (const event of events) {
        setFields(event);
        this.all.push(event);
      }
      this.onTaken(events.map(recordOf));
    } catch {
      const failure = { message: text, tags: ['_jsonparsefailure'] };
      setFields(failure);
      this.all.push(failure);
    }
  }
}

function recordOf(event: LogstashEvent): LogstashEvent {
  const { '@timestamp': time, '@metadata': _, http_log: record, ...fields } = event;
  return { ...(time === undefined ? {} : { '@timestamp': time }), ...((record as object | undefined) ?? fields) };
}

/** Sets a field, as Logstash's `event.set` does. */
export function setField(event: LogstashEvent, path: readonly string[], value: unknown): void {
  let object = event;
  for (const name of path.slice(0, -1)) {
    object[name] ??= {};
    const inner = object[name];
    if (typeof inner !== 'object' || inner === null) throw new TypeError(`${name} is no object`);
    object = inner as LogstashEvent;
  }
  object[path.at(-1) ?? ''] = value;
}

/** Brackets in a name are a path, mostly one that is none: no event is made. */
function refuseBrackets(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (/[[\]]/.test(name)) throw new SyntaxError(`Invalid FieldReference: \`${name}\``);
    refuseBrackets(inner);
  }
}
