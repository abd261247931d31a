import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';

describe('where both sides miss bytes, what does not wait for the other side comes first', () => {
  const ends: { readonly [when: string]: (run: ScriptedRun) => unknown } = {
    'at the end of the capture': (run) => run.close(),
    'when the deadline passes': (run) => run.wait(20_000).close(),
  };
  for (const [when, end] of Object.entries(ends)) {
    test(`${when}, also if the other side's was captured before`, () => {
      const run = new ScriptedRun().handshake().client({ payload: 'a' });
      end(run.server({ at: 5, payload: 'late', ack: 3 }).client({ at: 2, payload: 'b', ack: 0 }));
      const story = ['0 data a', '0 gap 1', '0 data b', '1 gap 5', '1 data late', 'close shutdown'];
      assert.deepEqual(run.connection.story, story);
    });

    test(`${when}, whichever side that is`, () => {
      const run = new ScriptedRun().handshake().client({ payload: 'a' }).server({ payload: '1', ack: 1 });
      end(run.client({ at: 5, payload: 'late', ack: 3 }).server({ at: 2, payload: '2', ack: 1 }));
      const story = ['0 data a', '1 data 1', '1 gap 1', '1 data 2', '0 gap 4', '0 data late', 'close shutdown'];
      assert.deepEqual(run.connection.story, story);
    });
  }

  test('if both wait for each other, one of them is given up first, and nothing is lost', () => {
    const run = new ScriptedRun().handshake().client({ payload: 'a' });
    run.server({ at: 5, payload: 'tail', ack: 4 }).client({ at: 3, payload: 'b', ack: 2 }).close();
    const { story } = run.connection;
    assert.deepEqual(story, ['0 data a', '1 gap 2', '0 gap 2', '0 data b', '1 gap 3', '1 data tail', 'close shutdown']);
  });
});
