import type { Values, VariableTable } from './config/variable.ts';
import type { Conflict, GivenValues } from './sink/conflict-list.ts';
import { elasticsearchConflicts } from './sink/elasticsearch/conflicts.ts';
import { arrangeElasticsearch, elasticsearchVariables } from './sink/elasticsearch/variables.ts';
import { fileConflicts } from './sink/file/conflicts.ts';
import { arrangeFile, fileVariables } from './sink/file/variables.ts';
import { fluentdConflicts } from './sink/fluentd/conflicts.ts';
import { arrangeFluentd, fluentdVariables } from './sink/fluentd/variables.ts';
import { logstashConflicts } from './sink/logstash/conflicts.ts';
import { arrangeLogstash, logstashVariables } from './sink/logstash/variables.ts';
import type { Output } from './sink/output.ts';
import type { SinkContext } from './sink/sink-context.ts';

/** All that the program knows of one sink. `Section` is its section of the settings. */
type SinkModule<Table extends VariableTable, Section> = {
  readonly variables: Table;
  /** The variable that says where its records go. */
  readonly place?: keyof Table & string;
  readonly arrange: (values: Values<Table>) => Section;
  readonly conflicts: (given: GivenValues<Values<Table>>) => readonly Conflict<keyof Table & string>[];
  /** Loads what the sink needs, which is nothing before. */
  readonly open: (section: Section, context: SinkContext) => Promise<Output>;
};

/**
 * The table of sinks, in the order of the docs: SEND_LOGS_TO, settings, `--help`, `--check` and docs are made of it.
 * What is imported above is loaded at every start, so it must be small.
 */
export const sinks = {
  stdout: row({
    variables: {},
    arrange: () => undefined,
    conflicts: () => [],
    open: async (_, context) => (await import('./sink/stdout/open-stdout.ts')).openStdout(context),
  }),
  fluentd: row({
    variables: fluentdVariables,
    place: 'FLUENTD_HOST',
    arrange: arrangeFluentd,
    conflicts: fluentdConflicts,
    open: async (...parts) => (await import('./sink/fluentd/open-fluentd.ts')).openFluentd(...parts),
  }),
  logstash: row({
    variables: logstashVariables,
    place: 'LOGSTASH_HOST',
    arrange: arrangeLogstash,
    conflicts: logstashConflicts,
    open: async (...parts) => (await import('./sink/logstash/open-logstash.ts')).openLogstash(...parts),
  }),
  elasticsearch: row({
    variables: elasticsearchVariables,
    place: 'ELASTICSEARCH_HOST',
    arrange: arrangeElasticsearch,
    conflicts: elasticsearchConflicts,
    open: async (...parts) => (await import('./sink/elasticsearch/open-elasticsearch.ts')).openElasticsearch(...parts),
  }),
  file: row({
    variables: fileVariables,
    place: 'FILE_PATH',
    arrange: arrangeFile,
    conflicts: fileConflicts,
    open: async (...parts) => (await import('./sink/file/open-file.ts')).openFile(...parts),
  }),
};

type Sinks = typeof sinks;
export type SinkName = keyof Sinks;
/** The sections of the settings. */
export type SinkSections = { readonly [Name in SinkName]: ReturnType<Sinks[Name]['arrange']> };
export type SinkVariables = Intersection<Sinks[SinkName]['variables']>;
type Intersection<Union> = (Union extends unknown ? (part: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

type SinkVariableName = keyof SinkVariables & string;

export const sinkNames = Object.keys(sinks) as SinkName[];

/** Of all sinks, in the order of the docs. */
export const sinkVariables = Object.assign(
  {},
  ...Object.values(sinks).map(({ variables }) => variables),
) as SinkVariables;

/** The variables that say where records go; SEND_LOGS_TO decides whether they do. */
export const sinkPlaces: readonly SinkVariableName[] = Object.values(sinks).flatMap(({ place }) => place ?? []);

export type SinkConflict = Conflict<SinkVariableName> & { readonly sink: SinkName };

/** What is wrong with variables together: first those of Elasticsearch, then in the order of the table. */
export function sinkConflicts(
  values: Values<SinkVariables> & { readonly SEND_LOGS_TO: readonly SinkName[] | undefined },
  isGiven: (name: SinkVariableName) => boolean,
): readonly SinkConflict[] {
  const names = new Set<SinkName>(['elasticsearch', ...sinkNames]);
  return [...names].flatMap<SinkConflict>((sink) => {
    const isChosen = values.SEND_LOGS_TO?.includes(sink) ?? false;
    return sinks[sink].conflicts({ values, isGiven, isChosen }).map((conflict) => ({ ...conflict, sink }));
  });
}

/** The sink that a variable belongs to; undefined for one that is not of a single sink. */
export function sinkOf(variable: string): SinkName | undefined {
  return sinkNames.find((name) => Object.hasOwn(sinks[name].variables, variable));
}

export function arrangeSinks(values: Values<SinkVariables>): SinkSections {
  const sections = sinkNames.map((name) => [name, sinks[name].arrange(values)] as const);
  return Object.fromEntries(sections) as SinkSections;
}

/** Whether a variable changes what is done: not, if it is of a sink that is not chosen, or of hosts that have ports. */
export function hasEffect(name: string, values: Values<SinkVariables>, chosen: readonly SinkName[]): boolean {
  if (sinkOf(name) === undefined) return true;
  const changed = { ...values, [name]: undefined };
  return chosen.some(
    (sink) => JSON.stringify(sinks[sink].arrange(values)) !== JSON.stringify(sinks[sink].arrange(changed)),
  );
}

export function openSink<Name extends SinkName>(
  name: Name,
  sections: SinkSections,
  context: SinkContext,
): Promise<Output> {
  const modules: { readonly [N in SinkName]: Pick<SinkModule<VariableTable, SinkSections[N]>, 'open'> } = sinks;
  return modules[name].open(sections[name], context);
}

function row<Table extends VariableTable, Section>(module: SinkModule<Table, Section>): SinkModule<Table, Section> {
  return module;
}
