import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsCleanly, openStage } from './kit.mjs';

const isSubmitted = ({ step, method, answer }) => step === 'agentSurvey' && method === 'POST' && answer?.status === 200;

async function talked(t) {
  const stage = await openStage(t, { agentSurvey: [{ id: 7, type: 'text', text: 'What was it about?' }] });
  const bot = stage.startBot('agent-survey-bot');
  const conversation = await stage.simulator.consumer().startConversation({ message: 'My parcel is lost.' });
  await conversation.next();
  return { stage, simulator: stage.simulator, bot, conversation };
}

test('when a conversation ends it submits the survey', async (t) => {
  const { stage, simulator, bot, conversation } = await talked(t);
  await conversation.closes();
  const { body, query, headers } = await simulator.waitFor('the survey', isSubmitted);
  const answer = { id: 7, questionStatus: 'answer', freeTextReply: '1 messages, the first: My parcel is lost.' };
  assert.deepEqual(body, [answer]);
  assert.equal(query.conv, conversation.id);
  assert.equal(headers['x-lp-state-rev'], '1');
  await endsCleanly(stage, bot);
});

test('a revision that is outdated is read anew', async (t) => {
  const { simulator, bot, conversation } = await talked(t);
  const conflict = simulator.fails('agentSurvey', { status: 409, times: 1, when: ({ method }) => method === 'POST' });
  await conversation.closes();
  await simulator.waitFor('the survey', isSubmitted);
  assert.equal(conflict.count, 1);
  assert.equal(await bot.stop(), 0);
});

test('a survey that cannot be had is said, and the bot goes on', async (t) => {
  const { simulator, bot, conversation } = await talked(t);
  simulator.fails('agentSurvey', { status: 500, times: 1 });
  await conversation.closes();
  const next = await simulator.consumer().startConversation({ message: 'hello' });
  await next.next();
  await next.closes();
  await simulator.waitFor('the other survey', isSubmitted);
  assert.equal(await bot.stop(), 0);
  assert.match(bot.lines.join('\n'), /was not submitted: it was answered with 500 Internal Server Error/);
});
