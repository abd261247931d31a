/** One exchange as it is sent: heads as templates of `FreshText`, bodies as sizes. */
export type ExchangeTemplate = {
  readonly requestHead: string;
  readonly requestBodyBytes: number;
  readonly responseHead: string;
  readonly responseBodyBytes: number;
  /** Over HTTP/2 only. */
  readonly responseTrailers?: { readonly [name: string]: string };
};

const mark = '{number}';

type Call = {
  readonly line: string;
  readonly host: string;
  readonly agent: string;
  readonly bodyBytes?: number;
  readonly status: string;
  readonly answerBytes: number;
};

const agents = ['okhttp/4.12.0', 'Go-http-client/1.1', 'axios/1.7.2', 'python-requests/2.32.3'] as const;

/** What services of a cluster say to each other: 8 request header fields, 6 response header fields, small bodies. */
const calls: readonly Call[] = [
  { line: `GET /api/orders/${mark}`, host: 'orders', agent: agents[0], status: '200 OK', answerBytes: 412 },
  {
    line: `GET /api/stock?item=${mark}&site=4`,
    host: 'stock:8080',
    agent: agents[1],
    status: '200 OK',
    answerBytes: 96,
  },
  {
    line: `POST /api/orders`,
    host: 'orders',
    agent: agents[2],
    bodyBytes: 238,
    status: '201 Created',
    answerBytes: 64,
  },
  { line: `GET /users/${mark}/cart`, host: 'cart', agent: agents[0], status: '200 OK', answerBytes: 730 },
  { line: `GET /api/prices/${mark}`, host: 'prices:8080', agent: agents[3], status: '404 Not Found', answerBytes: 31 },
  {
    line: `PUT /users/${mark}/cart`,
    host: 'cart',
    agent: agents[2],
    bodyBytes: 150,
    status: '204 No Content',
    answerBytes: 0,
  },
  { line: `GET /health`, host: 'stock:8080', agent: 'kube-probe/1.30', status: '200 OK', answerBytes: 2 },
  { line: `GET /search?q=tea+${mark}&page=2`, host: 'search', agent: agents[1], status: '200 OK', answerBytes: 1100 },
];

/** Eight calls with heads and bodies as they are usual in a cluster. */
export function usualExchanges(): readonly ExchangeTemplate[] {
  return calls.map((call) => {
    const { bodyBytes = 0, answerBytes } = call;
    const requestFields = [
      `Host: ${call.host}.shop.svc.cluster.local`,
      `User-Agent: ${call.agent}`,
      'Accept: application/json',
      'Accept-Encoding: gzip, deflate',
      'Connection: keep-alive',
      `Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ${mark}In0.c2lnbmF0dXJl${mark}`,
      `X-Request-Id: 6f1c2b7e-0d4a-4c1e-9b5f-0000${mark}`,
      bodyBytes > 0
        ? `Content-Length: ${bodyBytes}`
        : `traceparent: 00-4bf92f3577b34da6a3ce929d${mark}-00f067aa${mark}-01`,
    ];
    const responseFields = [
      'Server: nginx/1.26.1',
      'Date: Tue, 02 Jan 2024 03:04:05 GMT',
      'Content-Type: application/json; charset=utf-8',
      'Connection: keep-alive',
      `X-Request-Id: 6f1c2b7e-0d4a-4c1e-9b5f-0000${mark}`,
      ...(call.status.startsWith('204') ? ['Cache-Control: no-store'] : [`Content-Length: ${answerBytes}`]),
    ];
    return {
      requestHead: head(`${call.line} HTTP/1.1`, requestFields),
      requestBodyBytes: bodyBytes,
      responseHead: head(`HTTP/1.1 ${call.status}`, responseFields),
      responseBodyBytes: answerBytes,
    };
  });
}

/** A probe of a service: one request and one response, always the same. */
export function probes(): readonly ExchangeTemplate[] {
  const request = ['Host: stock:8080', 'User-Agent: kube-probe/1.30', 'Accept: */*', 'Connection: keep-alive'];
  const response = ['Server: nginx/1.26.1', 'Content-Type: text/plain', 'Content-Length: 2', 'Connection: keep-alive'];
  return [
    {
      requestHead: head('GET /health HTTP/1.1', request),
      requestBodyBytes: 0,
      responseHead: head('HTTP/1.1 200 OK', response),
      responseBodyBytes: 2,
    },
  ];
}

/** Unary calls of gRPC, with metadata as services have them. */
export function grpcCalls(): readonly ExchangeTemplate[] {
  const methods = ['shop.v1.Orders/Get', 'shop.v1.Stock/Reserve', 'shop.v1.Prices/List', 'shop.v1.Carts/Put'];
  return methods.map((method, index) => ({
    requestHead: head(`POST /${method} HTTP/1.1`, [
      'Host: orders.shop.svc.cluster.local:9090',
      'User-Agent: grpc-go/1.66.0',
      'Content-Type: application/grpc',
      'TE: trailers',
      'grpc-timeout: 5S',
      'grpc-accept-encoding: gzip',
      `X-Request-Id: 6f1c2b7e-0d4a-4c1e-9b5f-0000${mark}`,
      `traceparent: 00-4bf92f3577b34da6a3ce929d${mark}-00f067aa${mark}-01`,
    ]),
    requestBodyBytes: 45,
    responseHead: head('HTTP/1.1 200 OK', ['Content-Type: application/grpc']),
    responseBodyBytes: index === 2 ? 1105 : 85,
    responseTrailers: index === 3 ? { 'grpc-status': '5', 'grpc-message': 'no such cart' } : { 'grpc-status': '0' },
  }));
}

/** A GET whose heads have `fields` fields of about `valueLength` characters each way beside the necessary ones. */
export function longHeads(fields: number, valueLength: number): readonly ExchangeTemplate[] {
  const more = Array.from({ length: fields - 2 }, (_, index) => {
    const rest = 'abcdefghijklmnopqrstuvwxyz0123456789-_'.repeat(Math.ceil(valueLength / 38));
    return `X-Shop-Context-${String(index).padStart(2, '0')}: ${mark}${rest.slice(0, Math.max(0, valueLength - 8))}`;
  });
  const request = ['Host: orders.shop.svc.cluster.local', 'User-Agent: okhttp/4.12.0', ...more];
  const response = ['Content-Type: application/json', 'Content-Length: 120', ...more];
  return [
    {
      requestHead: head(`GET /api/orders/${mark} HTTP/1.1`, request),
      requestBodyBytes: 0,
      responseHead: head('HTTP/1.1 200 OK', response),
      responseBodyBytes: 120,
    },
  ];
}

/** A download of a body of that size. */
export function download(bodyBytes: number): readonly ExchangeTemplate[] {
  const response = ['Content-Type: application/octet-stream', `Content-Length: ${bodyBytes}`, `ETag: "${mark}"`];
  return [
    {
      requestHead: head(`GET /files/${mark} HTTP/1.1`, ['Host: files.shop.svc.cluster.local', 'Accept: */*']),
      requestBodyBytes: 0,
      responseHead: head('HTTP/1.1 200 OK', response),
      responseBodyBytes: bodyBytes,
    },
  ];
}

export function head(startLine: string, fields: readonly string[]): string {
  return `${[startLine, ...fields].join('\r\n')}\r\n\r\n`;
}
