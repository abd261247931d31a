import type { SchemaName } from '../../record/schema/schemas.ts';
import { indexPattern } from './elasticsearch-index.ts';
import { fieldMappings, otherStrings } from './elasticsearch-mappings.ts';
import type { Capabilities } from './elasticsearch-server.ts';
import type { FoundTemplate } from './found-template.ts';
import { markOf, version } from './template-mark.ts';

export type TemplateOptions = {
  readonly index: string;
  readonly schema: SchemaName;
  /** The template makes a data stream instead of indices. */
  readonly isDataStream: boolean;
  readonly capabilities: Capabilities;
};

type Json = { readonly [name: string]: unknown };

/** Above the templates that come with the server (100) and below what people write for a purpose. */
const priority = 200;
const legacyOrder = 10;

/** What operators add to a template of ours, and what stays when it becomes another version. */
const addedByOperators = ['priority', 'composed_of', 'ignore_missing_component_templates', 'allow_auto_create'];
const addedInside = ['settings', 'aliases', 'lifecycle', 'data_stream_options'];

/**
 * https://www.elastic.co/docs/manage-data/data-store/templates, and before 7.8 what is called a legacy template now.
 */
export function templateBody(options: TemplateOptions, replaced?: FoundTemplate): Json {
  const before = replaced?.body ?? {};
  const { index, capabilities, isDataStream, schema } = options;
  const mappings = mappingsOf(options);
  const common = { index_patterns: [indexPattern(index)], version };
  if (capabilities.templates === 'legacy') {
    const { mappingType } = capabilities;
    return {
      ...common,
      order: legacyOrder,
      ...picked(before, ['order', 'settings', 'aliases']),
      mappings: mappingType === undefined ? mappings : { [mappingType]: mappings },
    };
  }
  return {
    ...common,
    priority,
    ...picked(before, addedByOperators),
    _meta: markOf(schema, isDataStream),
    template: {
      ...picked(before['template'] ?? {}, addedInside),
      mappings: withAddedFields(mappings, replaced?.properties),
    },
    ...(isDataStream ? { data_stream: {} } : {}),
  };
}

/** Of a new index, and all that an older index of ours is given. */
export function mappingsOf({ schema, isDataStream, capabilities }: TemplateOptions): Json {
  return {
    _meta: markOf(schema, isDataStream),
    // A text of a field that is added to an index later must not decide that it is a date.
    date_detection: false,
    dynamic_templates: [otherStrings],
    properties: fieldMappings(schema, capabilities),
  };
}

/** Fields that operators have added, except within objects of ours. */
function withAddedFields(mappings: Json, before: Json = {}): Json {
  const ours = mappings['properties'] as Json;
  const objects = new Set(Object.keys(ours).map(objectOf));
  const added = Object.entries(before).filter(([name]) => !objects.has(objectOf(name)));
  return { ...mappings, properties: { ...Object.fromEntries(added), ...ours } };
}

function objectOf(field: string): string {
  return field.split('.', 1)[0] as string;
}

function picked(from: object, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
