// What the tests of the examples share: a stage that is cleared afterwards, and the end of a bot.

import assert from 'node:assert/strict';
import { Stage } from '../../scripts/stage.mjs';

/** @returns {Promise<Stage>} cleared when the test is over */
export async function openStage(t, settings) {
  const stage = await Stage.open(settings);
  t.after(() => stage.close());
  return stage;
}

/** Ends a bot as an operator would: it has to go by itself, without an error, and must not have told a secret. */
export async function endsCleanly({ simulator }, bot) {
  assert.equal(await bot.stop(), 0, bot.lines.join('\n'));
  assert.deepEqual(
    bot.lines.filter((line) => /error|not /i.test(line)),
    [],
  );
  tellsNoSecret(simulator, bot);
}

/** Nothing that a bot prints may hold its password or a token. */
export function tellsNoSecret(simulator, { lines }) {
  const bearers = simulator.log.filter(({ step }) => step === 'login').map(({ answer }) => answer?.body?.bearer);
  for (const secret of [simulator.options().password, ...bearers.filter(Boolean)]) {
    assert.ok(!lines.join('\n').includes(secret), `a secret was printed: ${secret}`);
  }
}

/** @returns {string[]} what was said in a conversation by others than its consumer */
export const wordsOfBrand = (conversation) =>
  conversation.events
    .filter(({ event, originatorMetadata }) => event.type === 'ContentEvent' && originatorMetadata.role !== 'CONSUMER')
    .map(({ event }) => event.message);
