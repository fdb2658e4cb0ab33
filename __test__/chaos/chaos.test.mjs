// The short form of `npm run test:chaos`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsIn } from './promises.mjs';
import { chaos } from './run.mjs';

test('bots that are dropped, stalled, refused, flooded and lied to settle every request and lose no message', async (t) => {
  const figures = await chaos({ episodes: 360, seed: 'short', lanes: 8, note: (text) => t.diagnostic(text) });
  t.diagnostic(JSON.stringify(figures));
  assert.deepEqual(faultsIn(figures), []);
  assert.ok(figures.episodes >= 360 && figures.messages > 1000, 'the bots had something to do');
});
