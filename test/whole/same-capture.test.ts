// Captures of the same packets in another form give the same exchanges: the sample captures and the golden ones.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LinkType } from '../../src/capture/frame.ts';
import { plainCaptures } from '../support/capture/plain-captures.ts';
import { type Recapture, sameInAll, sameInContent, sameInPairs } from '../support/capture/same-capture.ts';
import { type Depth, linesOf } from '../support/exchange/compare-exchanges.ts';
import { createRandom } from '../support/program/random.ts';
import { fileSettings, runPackets } from '../support/program/run-pipeline.ts';

const captures = await plainCaptures();

/** Where too much waits for a clock that jumps by 20 s. */
const inRandomOrder = /test5-lines-randomized/;

function same(recaptures: Readonly<Record<string, Recapture>>, depth: Depth): void {
  for (const [name, recapture] of Object.entries(recaptures)) {
    test(name, () => {
      for (const [index, { path, packets, exchanges }] of captures.entries()) {
        if (name === 'a clock that jumps ahead' && inRandomOrder.test(path)) continue;
        const { packets: others, linkType } = recapture(packets, createRandom(index));
        const run = runPackets(others, linkType ?? LinkType.raw, fileSettings());
        assert.deepEqual(run.failures, []);
        assert.deepEqual(linesOf(run.exchanges, depth), linesOf(exchanges, depth), path);
      }
    });
  }
}

describe('all is the same with', () => same(sameInAll, 'all'));
describe('the content is the same with', () => same(sameInContent, 'content'));
describe('requests have the same responses with', () => same(sameInPairs, 'pairs'));
