import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsCleanly, openStage } from './kit.mjs';

const MINUTE = 60000;
const ENV = { LP_IDLE_MINUTES: '30', LP_LOOK_EVERY: '0.1' };

/** Waits until the bot has looked at the clock after now, twice: what it saw the first time was not closed. */
async function looks(simulator) {
  const from = simulator.log.length;
  const isLook = (entry, index) => entry.kind === 'received' && entry.frame?.type === '.GetClock' && index >= from;
  await simulator.waitFor('a look', () => simulator.log.filter(isLook).length >= 2);
}

test('it closes what was silent for longer than LP_IDLE_MINUTES, and nothing else', async (t) => {
  const stage = await openStage(t);
  const { simulator } = stage;
  const begin = (message) => simulator.consumer().startConversation({ message });
  const [silent, mute, busy] = await Promise.all([begin('hello'), begin(), begin('hello')]);
  const bot = stage.startBot('close-conversation-bot', ENV);
  await simulator.connection();

  simulator.clock.advance(29 * MINUTE);
  busy.says('I am thinking');
  await looks(simulator);
  for (const conversation of [silent, mute, busy]) assert.equal(conversation.details.state, 'OPEN');

  simulator.clock.advance(1.1 * MINUTE);
  assert.equal((await silent.closed()).closeReason, 'AGENT');
  await mute.closed();
  await looks(simulator);
  assert.equal(busy.details.state, 'OPEN');

  simulator.clock.advance(29 * MINUTE);
  await busy.closed();
  await endsCleanly(stage, bot);
});

test('no survey follows', async (t) => {
  const stage = await openStage(t, { survey: true });
  const conversation = await stage.simulator.consumer().startConversation();
  stage.startBot('close-conversation-bot', ENV);
  await stage.simulator.connection();
  stage.simulator.clock.advance(31 * MINUTE);
  assert.equal((await conversation.closed()).dialogs.length, 1);
});

test('after a lost connection it goes on', async (t) => {
  const stage = await openStage(t);
  const { simulator } = stage;
  const conversation = await simulator.consumer().startConversation();
  const bot = stage.startBot('close-conversation-bot', ENV);
  (await simulator.connection()).cuts();
  await simulator.connection(2);
  simulator.clock.advance(31 * MINUTE);
  await conversation.closed();
  assert.equal(await bot.stop(), 0);
});
