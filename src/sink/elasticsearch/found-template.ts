import { parseObject } from '../client/parse-object.ts';
import type { Properties } from './header-types.ts';
import type { TemplateMark } from './template-mark.ts';

/** A template as a server gives it. */
export type FoundTemplate = {
  readonly mark: TemplateMark;
  readonly properties: Properties;
  /** All of it. */
  readonly body: { readonly [name: string]: unknown };
};

type Mappings = { readonly _meta?: unknown; readonly properties?: unknown };

/** Reads the answer to a question for a template of this name, of either kind; undefined if there is none in it. */
export function readTemplate(text: string, name: string): FoundTemplate | undefined {
  const answer = parseObject(text) as {
    [name: string]: unknown;
    index_templates?: readonly { index_template?: object }[];
  };
  const body = answer.index_templates?.[0]?.index_template ?? answer[name];
  if (typeof body !== 'object' || body === null) return undefined;
  const {
    _meta: own,
    template,
    mappings: direct,
  } = body as {
    readonly _meta?: unknown;
    readonly template?: { readonly mappings?: Mappings };
    readonly mappings?: Mappings;
  };
  const mappings = template?.mappings ?? direct;
  // Before 7, mappings stand behind the name of a type.
  const typed = Object.values(mappings ?? {})[0] as { readonly _meta?: unknown } | undefined;
  return {
    mark: objectOr(own ?? mappings?._meta ?? typed?._meta),
    properties: objectOr(mappings?.properties) as Properties,
    body: objectOr(body),
  };
}

function objectOr(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
