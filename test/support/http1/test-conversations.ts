import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Playbook } from './playbook.ts';

/** What both sides say, and the exchanges that come of it. */
export type Conversation = {
  readonly title: string;
  readonly play: (playbook: Playbook) => unknown;
  readonly lines: readonly string[];
};

/** One test for each, which also looks for what is left behind. */
export function testConversations(conversations: readonly Conversation[]): void {
  for (const { title, play, lines } of conversations) {
    test(title, () => {
      const playbook = new Playbook();
      play(playbook);
      assert.deepEqual(playbook.lines, lines);
      playbook.close('shutdown');
      assert.deepEqual(playbook.lines, lines, 'nothing is left to be sent');
      assert.equal(playbook.connection.heldBytes, 0);
      assert.equal(playbook.timeouts.size, 0);
      assert.equal(playbook.counted, lines.length);
    });
  }
}
