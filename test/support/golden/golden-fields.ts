import { TcpConversation } from '../tcp/tcp-conversation.ts';
import type { GoldenCapture } from './golden.ts';
import { answer, ethernetCapture, expectExchange, get, send } from './golden-messages.ts';

/** What messages carry: something for every field of a record, and bodies of many types with secrets in them. */
export function goldenFields(): GoldenCapture[] {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const nested = '"list":[{"api_key":"hush-2"}],"auth":{"pin":[1,{"x":"hush-15"}]}';
  const order = `{"item":"tea","password":"hush-1",${nested},"note":"a \\"b\\" \\u00e4"}`;
  const form = 'user=ann&password=hush-3&next=%2Fhome';
  const part = 'Content-Disposition: form-data; name=';
  const parts = `--b\r\n${part}"password"\r\n\r\nhush-4\r\n--b\r\n${part}"city"\r\n\r\nBerlin\r\n--b--\r\n`;
  const lines = 'password: hush-17\nname: ann\nsecret = "hush-18"; card 4111 1111 1111 1111 paid\n';
  const markup = '<login><password>hush-5</password><name>ann</name></login>';
  const connection = new TcpConversation()
    .client(
      send(
        'POST',
        '/orders?id=7&token=hush-6&q=%C3%A4',
        order,
        ...[
          'User-Agent: shop/1.0 (test)',
          'Referer: http://ann:hush-7@shop.example/cart?session=hush-8',
          'X-Request-Id: request-1',
          `Traceparent: 00-${trace}-b7ad6b7169203331-01`,
          'Content-Type: application/json',
          'Accept: text/html',
          'Accept: text/plain',
          'X-Forwarded-For: 192.0.2.1, 10.0.0.9',
          'X-Odd: \xe4\x01"\\\t</',
          '__proto__: odd',
          'X-Note: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodXNoIn0.aHVzaA',
          'X-Forwarded-Host: ann:hush-16@front.example',
        ],
      ),
    )
    .server(
      answer(
        201,
        '{"id":7,"token":"hush-9"}',
        ...[
          'Content-Type: application/json; charset=utf-8',
          'Set-Cookie: a=hush-10',
          'Set-Cookie: b=hush-11; Path=/',
          'Location: /orders/7?sig=hush-12',
        ],
      ),
    )
    .client(
      send('PUT', '/login', form, 'Content-Type: application/x-www-form-urlencoded', `b3: ${trace}-b7ad6b7169203331-1`),
    )
    .server(answer(302, 'caf\xe9 "\x07"', 'Content-Type: text/html; charset=iso-8859-1', 'Location: /home'))
    .client(
      send(
        'POST',
        '/upload',
        parts,
        ...[
          'Content-Type: multipart/form-data; boundary=b',
          'X-B3-TraceId: 8448eb211c80319c',
          'X-B3-SpanId: b7ad6b7169203331',
          'X-Correlation-Id: correlation-1',
        ],
      ),
    )
    .server(answer(500, markup, 'Content-Type: text/xml'))
    .client(get('http://ann:hush-13@shop.example:8080/image.png?size=2&access_token=hush-14'))
    .server(answer(200, '\x89PNG\r\n\x1a\n', 'Content-Type: image/png'))
    .client(send('POST', '/plain', lines, 'Authorization: Basic aHVzaDpodXNo', 'Content-Type: text/plain'))
    .server(
      answer(404, 'gr\xc3\xbc\xc3\x9fe, and more text than some want to keep of a body', 'Content-Type: text/plain'),
    )
    .close();
  return [
    ethernetCapture('every-field', connection.packets, [
      expectExchange({
        method: 'POST',
        url: '/orders?id=7&token=[redacted]&q=%C3%A4',
        status: 201,
        request_bytes: order.length,
        response_bytes: 25,
      }),
      expectExchange({ method: 'PUT', url: '/login', status: 302, request_bytes: form.length, response_bytes: 8 }),
      expectExchange({
        ...{ method: 'POST', url: '/upload', status: 500 },
        request_bytes: parts.length,
        response_bytes: markup.length,
      }),
      expectExchange({
        url: 'http://[redacted]@shop.example:8080/image.png?size=2&access_token=[redacted]',
        host: 'shop.example:8080',
        response_bytes: 8,
      }),
      expectExchange({ method: 'POST', url: '/plain', status: 404, request_bytes: lines.length, response_bytes: 55 }),
    ]),
  ];
}
