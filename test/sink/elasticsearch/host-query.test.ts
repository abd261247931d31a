import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHostQuery, withQuery } from '../../../src/sink/elasticsearch/host-query.ts';

test('what only the bulk API knows does not go with other requests', () => {
  assert.deepEqual(readHostQuery('pipeline=p&token=abcdef&refresh=true&_time_field=@timestamp'), {
    forBulk: 'pipeline=p&token=abcdef&refresh=true&_time_field=@timestamp',
    forOthers: 'token=abcdef&_time_field=@timestamp',
    secrets: ['abcdef', 'abcdef'],
  });
  assert.deepEqual(readHostQuery(''), { forBulk: '', forOthers: '', secrets: [] });
});

test('values are hidden as they are and decoded, but for short ones and names of fields', () => {
  assert.deepEqual(readHostQuery('a=x%2Fy%3Dz&debug=1&_msg_field=url&b=%zz99').secrets, [
    ...['x%2Fy%3Dz', 'x/y=z'],
    '%zz99',
  ]);
});

test('a query stands in front of what a request has itself', () => {
  assert.equal(withQuery('/_bulk?filter_path=a', 'b=c'), '/_bulk?b=c&filter_path=a');
  assert.equal(withQuery('/', 'b=c'), '/?b=c');
  assert.equal(withQuery('/_bulk?filter_path=a', ''), '/_bulk?filter_path=a');
  assert.equal(withQuery('/', "b=$&$'"), "/?b=$&$'");
  assert.equal(withQuery('/?a', "b=$&$'"), "/?b=$&$'&a");
});
