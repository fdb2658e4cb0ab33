import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsCleanly, openStage, wordsOfBrand } from './kit.mjs';

const QUESTION = 'How was it, from 1 (bad) to 5 (very good)?';

async function surveyed(t, env) {
  const stage = await openStage(t, { survey: 'unattended' });
  const bot = stage.startBot('survey-bot', env);
  const conversation = await stage.simulator.consumer().startConversation({ message: 'hello' });
  const hears = async (text) => assert.equal((await conversation.next()).event.message, text);
  return { stage, bot, conversation, hears };
}

test('it asks until it gets a rating, thanks, and closes the survey', async (t) => {
  const { stage, bot, conversation, hears } = await surveyed(t);
  await conversation.closes();
  await hears(QUESTION);
  conversation.says('not bad');
  await hears('Please answer with a number from 1 to 5.');
  conversation.says(' 4 ');
  await hears('Thank you!');
  const { dialogs } = await conversation.closed();
  assert.deepEqual(
    dialogs.map(({ dialogType, closedBy, closedCause }) => [dialogType, closedBy, closedCause]),
    [
      ['MAIN', 'CONSUMER', 'Closed by consumer'],
      ['POST_SURVEY', 'AGENT', 'survey completed'],
    ],
  );
  assert.ok(bot.lines.includes(`conversation ${conversation.id} was rated 4`), bot.lines.join('\n'));
  assert.equal(await bot.stop(), 0);
  assert.ok(stage.simulator.requests('.ams.cm.UpdateConversationField').length >= 2);
});

test('an answer given while it was away is heard', async (t) => {
  const { stage, bot, conversation, hears } = await surveyed(t);
  await conversation.closes();
  await hears(QUESTION);
  (await stage.simulator.connection()).cuts();
  conversation.says('5');
  await hears('Thank you!');
  await conversation.closed();
  assert.equal(await bot.stop(), 0);
});

test('a consumer who leaves is not asked on', async (t) => {
  const { stage, bot, conversation, hears } = await surveyed(t);
  await conversation.closes();
  await hears(QUESTION);
  await conversation.closes();
  await conversation.closed();
  assert.deepEqual(wordsOfBrand(conversation), [QUESTION]);
  await endsCleanly(stage, bot);
});

test('with LP_APP it keeps out of the surveys of others', async (t) => {
  const { stage, bot, conversation } = await surveyed(t, { LP_APP: 'mine' });
  const { simulator } = stage;
  await simulator.connection();
  await conversation.closes();
  const isTold = ({ kind, frame }) =>
    kind === 'sent' && frame?.type === '.ams.aam.ExConversationChangeNotification' && frame.body.changes.length > 0;
  await simulator.waitFor('the bot to be told of the survey', isTold);
  await endsCleanly(stage, bot);
  assert.deepEqual(wordsOfBrand(conversation), []);
});
