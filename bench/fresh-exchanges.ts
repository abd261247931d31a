import { type ExchangeTemplate, head } from './message-templates.ts';

/**
 * A browser's call that came through an ingress, and a call from service to service: 25 header fields each way, as
 * they are in real life, in which ids, dates, cookies and trace contexts differ in every exchange.
 */
export function freshExchanges(): readonly ExchangeTemplate[] {
  return [
    {
      requestHead: head('GET /api/orders/{uuid order}?page=2&sort=price HTTP/1.1', browserRequest),
      requestBodyBytes: 0,
      responseHead: head('HTTP/1.1 200 OK', browserResponse),
      responseBodyBytes: 730,
    },
    {
      requestHead: head('POST /v1/payments/{hex 24 payment}/captures HTTP/1.1', serviceRequest),
      requestBodyBytes: 238,
      responseHead: head('HTTP/1.1 201 Created', serviceResponse),
      responseBodyBytes: 412,
    },
  ];
}

const traceparent = 'traceparent: 00-{hex 32 trace}-{hex 16 span}-01';
const bearer =
  'Authorization: Bearer eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.{base64url 160 claims}.{base64url 86 signature}';

const browserRequest = [
  'Host: shop.example.com',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Accept: application/json, text/plain, */*',
  'Accept-Language: en-GB,en;q=0.9,de;q=0.7',
  'Accept-Encoding: gzip, deflate, br',
  'Cookie: session_id={base64url 43 session}; _ga=GA1.2.{digits 10 visitor}.{digits 10 visit}; ' +
    'csrftoken={hex 32 csrf}; cart={uuid cart}; theme=dark',
  bearer,
  'Referer: https://shop.example.com/orders/{uuid referrer}?page=1',
  'Origin: https://shop.example.com',
  'Sec-Fetch-Site: same-origin',
  'Sec-Fetch-Mode: cors',
  'Sec-Fetch-Dest: empty',
  'If-None-Match: W/"{hex 40 old}"',
  'If-Modified-Since: {date old}',
  'X-Csrf-Token: {hex 32 csrf}',
  'X-Forwarded-For: 2001:db8:{hex 4 site}:{hex 4 host}::17, 10.0.3.7',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: shop.example.com',
  'X-Forwarded-Port: 443',
  'X-Request-Id: {uuid request}',
  traceparent,
  'tracestate: rojo={hex 16 span},congo={base64 22 congo}==',
  'baggage: userId={uuid user},release=2024.11.3',
  'X-Envoy-Expected-Rq-Timeout-Ms: 15000',
  'Connection: keep-alive',
];

const browserResponse = [
  'Server: envoy',
  'Date: {date now}',
  'Content-Type: application/json; charset=utf-8',
  'Content-Length: 730',
  'Connection: keep-alive',
  'Cache-Control: private, max-age=0, must-revalidate',
  'Vary: Accept-Encoding, Origin, Cookie',
  'ETag: W/"{hex 40 new}"',
  'Last-Modified: {date changed}',
  'Expires: {date expires}',
  'Set-Cookie: session_id={base64url 43 next-session}; Path=/; Expires={date session}; HttpOnly; Secure; SameSite=Lax',
  'Set-Cookie: csrftoken={hex 32 next-csrf}; Path=/; Max-Age=31449600; Secure; SameSite=Strict',
  'X-Request-Id: {uuid request}',
  'traceresponse: 00-{hex 32 trace}-{hex 16 answer}-01',
  'Server-Timing: db;dur=0.{digits 6 db}, app;dur=1.{digits 6 app};desc="{hex 16 answer}"',
  "Content-Security-Policy: default-src 'self'; script-src 'self' 'nonce-{base64 22 nonce}=='; object-src 'none'",
  'Strict-Transport-Security: max-age=31536000; includeSubDomains',
  'X-Content-Type-Options: nosniff',
  'X-Frame-Options: DENY',
  'Referrer-Policy: strict-origin-when-cross-origin',
  'Permissions-Policy: geolocation=(), camera=(), microphone=()',
  'Access-Control-Allow-Origin: https://shop.example.com',
  'Access-Control-Allow-Credentials: true',
  'X-Envoy-Upstream-Service-Time: 2{digits 1 took}',
  'X-RateLimit-Remaining: {digits 4 remaining}',
];

const serviceRequest = [
  'Host: payments.shop.svc.cluster.local:8080',
  'User-Agent: okhttp/4.12.0',
  'Accept: application/json',
  'Accept-Encoding: gzip',
  'Content-Type: application/json; charset=utf-8',
  'Content-Length: 238',
  bearer,
  'Date: {date sent}',
  'Digest: SHA-256={base64 43 request-digest}=',
  'Idempotency-Key: {uuid attempt}',
  'X-Request-Id: {uuid request}',
  'X-Correlation-Id: {hex 24 correlation}',
  'X-Amzn-Trace-Id: Root=1-{hex 8 amazon}-{hex 24 root};Parent={hex 16 span};Sampled=1',
  traceparent,
  'tracestate: es=s:1,dd=s:1;p:{hex 16 span}',
  'baggage: order={uuid order},attempt=1',
  'X-B3-TraceId: {hex 32 trace}',
  'X-B3-SpanId: {hex 16 span}',
  'X-B3-Sampled: 1',
  'X-Forwarded-For: 2001:db8:{hex 4 site}:{hex 4 host}::17, 10.0.3.7, 10.0.5.12',
  'X-Forwarded-Proto: http',
  'X-Forwarded-Client-Cert: By=spiffe://cluster.local/ns/shop/sa/payments;Hash={hex 64 certificate}',
  'X-Envoy-Attempt-Count: 1',
  'X-Tenant-Id: {base64url 22 tenant}',
  'Connection: keep-alive',
];

const serviceResponse = [
  'Server: istio-envoy',
  'Date: {date now}',
  'Content-Type: application/json; charset=utf-8',
  'Content-Length: 412',
  'Connection: keep-alive',
  'Location: /v1/payments/{hex 24 payment}/captures/{uuid capture}',
  'Cache-Control: no-cache, no-store, max-age=0, must-revalidate',
  'Pragma: no-cache',
  'Expires: 0',
  'Vary: Accept-Encoding',
  'ETag: "{base64 27 new}="',
  'Last-Modified: {date changed}',
  'Digest: SHA-256={base64 43 response-digest}=',
  'Set-Cookie: AWSALB={base64 128 balancer}; Expires={date balancer}; Path=/',
  'Set-Cookie: JSESSIONID={hex 32 session}; Path=/; HttpOnly',
  'X-Request-Id: {uuid request}',
  'X-Correlation-Id: {hex 24 correlation}',
  'traceresponse: 00-{hex 32 trace}-{hex 16 answer}-01',
  'Server-Timing: total;dur=2.{digits 6 total}',
  "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options: nosniff',
  'X-Frame-Options: DENY',
  'X-XSS-Protection: 0',
  'X-Envoy-Upstream-Service-Time: 1{digits 1 took}',
  'X-Envoy-Decorator-Operation: payments.shop.svc.cluster.local:8080/*',
];
