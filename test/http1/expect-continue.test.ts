import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, get, head, Playbook, post } from '../support/http1/playbook.ts';
import { testConversations } from '../support/http1/test-conversations.ts';

const continues = 'Expect: 100-continue';

testConversations([
  {
    title: '100-continue accepted',
    play: (p) =>
      p
        .client('POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n')
        .server(head(100))
        .client('body')
        .server(answer(201, 'ok')),
    lines: ['POST /a 201 answered after 100 sent 4 received 2'],
  },
  {
    title: '100-continue not waited for',
    play: (p) =>
      p
        .client(post('/a', 'body', continues))
        .server(head(100))
        .server(answer(201, '')),
    lines: ['POST /a 201 answered after 100 sent 4'],
  },
  {
    title: '100-continue refused: no body, the next request comes directly',
    play: (p) =>
      p
        .client(post('/a', 'body', continues).slice(0, -4))
        .server(answer(417, 'no'))
        .client(get('/b'))
        .server(answer(200, 'b')),
    lines: ['POST /a 417 answered received 2', 'GET /b 200 answered received 1'],
  },
  {
    title: '100-continue refused: the body comes nevertheless',
    play: (p) =>
      p
        .client(post('/a', 'body', continues).slice(0, -4))
        .server(answer(417, 'no'))
        .client('body')
        .client(get('/b'))
        .server(answer(200, 'b')),
    lines: ['POST /a 417 answered sent 4 received 2', 'GET /b 200 answered received 1'],
  },
  {
    title: '100-continue refused: the body comes nevertheless, with the next request behind it',
    play: (p) =>
      p
        .client(post('/a', '{"b":1}', continues).slice(0, -7))
        .server(answer(417, 'no'))
        .client(`{"b":1}${get('/b')}`)
        .server(answer(200, 'b')),
    lines: ['POST /a 417 answered sent 7 received 2', 'GET /b 200 answered received 1'],
  },
  {
    title: '100-continue refused, chunked body sent nevertheless',
    play: (p) =>
      p
        .client(`POST /a HTTP/1.1\r\n${continues}\r\nTransfer-Encoding: chunked\r\n\r\n`)
        .server(answer(417, 'no'))
        .client(`4\r\nbody\r\n0\r\n\r\n${get('/b')}`)
        .server(answer(200, 'b')),
    lines: ['POST /a 417 answered sent 4 received 2', 'GET /b 200 answered received 1'],
  },
]);

test('after a refused 100-continue, the next request is found wherever it is cut', () => {
  const next = get('/a-long-enough-target', 'Host: a');
  const refused = post('/a', 'x'.repeat(500), continues).slice(0, -500);
  for (let at = 0; at <= next.length; at++) {
    const playbook = new Playbook().client(refused).server(answer(417, ''));
    playbook.client(next.slice(0, at)).client(next.slice(at)).server(answer(200, ''));
    assert.deepEqual(
      playbook.lines,
      ['POST /a 417 answered', 'GET /a-long-enough-target 200 answered'],
      `cut at ${at}`,
    );
  }
});

test('after a refused 100-continue, a body sent nevertheless belongs to its request wherever it is cut', () => {
  const refused = post('/a', 'like GET / but not', continues).slice(0, -18);
  const rest = `like GET / but not${get('/b')}`;
  for (let at = 0; at <= rest.length; at++) {
    const playbook = new Playbook().client(refused).server(answer(417, ''));
    playbook.client(rest.slice(0, at)).client(rest.slice(at)).server(answer(200, ''));
    assert.deepEqual(playbook.lines, ['POST /a 417 answered sent 18', 'GET /b 200 answered'], `cut at ${at}`);
  }
});
