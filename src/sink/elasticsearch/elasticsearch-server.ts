import { parseObject } from '../client/parse-object.ts';

export type ApiVersion = { readonly major: number; readonly minor: number };

/** What answers there, as far as it says. */
export type ElasticsearchServer = {
  readonly product: 'Elasticsearch' | 'OpenSearch' | 'unknown';
  readonly version: ApiVersion | undefined;
  /** As the server writes it, for people. */
  readonly versionText: string | undefined;
  /** Without the features of the default distribution. */
  readonly isOpenSourceBuild: boolean;
};

export const unknownServer: ElasticsearchServer = {
  product: 'unknown',
  version: undefined,
  versionText: undefined,
  isOpenSourceBuild: false,
};

/** What a server can do, which decides what it is sent. */
export type Capabilities = {
  /** Servers before 7 keep every document under a type. */
  readonly mappingType: string | undefined;
  readonly templates: 'composable' | 'legacy';
  readonly dataStreams: boolean;
  /** The field type for an object of any keys; without one, headers are kept but cannot be searched. */
  readonly headersType: 'flattened' | 'flat_object' | undefined;
  readonly nanoseconds: boolean;
};

/** Reads the answer to `GET /`. A server that says nothing of itself may take documents all the same. */
export function readServer(text: string): ElasticsearchServer {
  const info = parseObject(text) as {
    version?: { number?: unknown; distribution?: unknown; build_flavor?: unknown } | null;
    tagline?: unknown;
  };
  const { tagline } = info;
  const version = info.version ?? {};
  const isOpenSearch = version.distribution === 'opensearch' || String(tagline).startsWith('The OpenSearch Project');
  const isElasticsearch = tagline === 'You Know, for Search';
  return {
    product: isOpenSearch ? 'OpenSearch' : isElasticsearch ? 'Elasticsearch' : 'unknown',
    version: parseVersion(version.number),
    versionText: typeof version.number === 'string' ? version.number.slice(0, 40) : undefined,
    isOpenSourceBuild: version.build_flavor === 'oss',
  };
}

/** What to expect of it. `mappingType`: the configured one. */
export function capabilitiesOf(server: ElasticsearchServer, mappingType: string | undefined): Capabilities {
  const { product, version, isOpenSourceBuild } = server;
  if (product === 'OpenSearch') {
    // In its compatibility mode it says 7.10, whatever it is.
    const hasFlatObject = version !== undefined && version.major !== 7 && isAtLeast(version, 2, 7);
    return {
      mappingType: undefined,
      templates: 'composable',
      dataStreams: true,
      headersType: hasFlatObject ? 'flat_object' : undefined,
      nanoseconds: true,
    };
  }
  const known = version ?? { major: 8, minor: 0 };
  const isFull = product === 'Elasticsearch' && !isOpenSourceBuild;
  return {
    mappingType: known.major < 7 ? (mappingType ?? (isAtLeast(known, 6, 2) ? '_doc' : 'doc')) : undefined,
    templates: isAtLeast(known, 7, 8) ? 'composable' : 'legacy',
    dataStreams: !isOpenSourceBuild && isAtLeast(known, 7, 9),
    headersType: isFull && isAtLeast(known, 7, 3) ? 'flattened' : undefined,
    nanoseconds: known.major >= 7,
  };
}

export function isAtLeast(version: ApiVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

function parseVersion(number: unknown): ApiVersion | undefined {
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})/.exec(String(number)) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}
