import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsCleanly, openStage } from './kit.mjs';

const RECEPTION = '1';
const SALES = '2';
const REPAIRS = '3';

/** A consumer who has talked with Joan of the repairs, not by way of the bot; Rosa of the sales is online. */
async function acquainted(t) {
  const stage = await openStage(t);
  const { simulator } = stage;
  simulator.agent({ username: 'bot', password: 'secret', skills: [RECEPTION] });
  const joan = simulator.agent({ username: 'joan', skills: [REPAIRS] });
  const rosa = simulator.agent({ username: 'rosa', skills: [SALES] });
  joan.goesOnline();
  rosa.goesOnline();
  const ada = simulator.consumer();
  const earlier = await ada.startConversation({ skill: REPAIRS, message: 'My ladder broke.' });
  (await joan.accepts(earlier)).says('I will mend it.');
  await earlier.closes();
  const bot = stage.startBot('transfer-to-same-agent-bot', { LP_SKILL: SALES });
  return { stage, simulator, bot, joan, rosa, ada };
}

test('a returning consumer is taken to the agent who knows them, in one request', async (t) => {
  const { stage, simulator, bot, joan, ada } = await acquainted(t);
  const conversation = await ada.startConversation({ skill: RECEPTION, message: 'Is it mended?' });
  assert.equal((await conversation.next()).event.message, 'Welcome back! I call whom you know.');
  await joan.accepts(conversation);
  assert.equal(conversation.details.skillId, REPAIRS);
  const [{ body }] = simulator.requests('.ams.cm.UpdateConversationField');
  assert.deepEqual(
    body.conversationField.map(({ field, type, userId }) => [field, type, userId]),
    [
      ['ParticipantsChange', 'REMOVE', simulator.service.people.agentNamed('12345678', 'bot').id],
      ['ParticipantsChange', 'SUGGEST', joan.id],
      ['Skill', 'UPDATE', undefined],
    ],
  );
  await endsCleanly(stage, bot);
});

test('a new consumer goes to LP_SKILL', async (t) => {
  const { stage, simulator, bot, rosa } = await acquainted(t);
  const conversation = await simulator.consumer().startConversation({ skill: RECEPTION, message: 'Good morning!' });
  assert.equal((await conversation.next()).event.message, 'Welcome! A colleague will come.');
  await rosa.accepts(conversation);
  await endsCleanly(stage, bot);
});

test('whose agent cannot be suggested goes to LP_SKILL', async (t) => {
  const { stage, bot, simulator, rosa, ada } = await acquainted(t);
  const fault = { type: '.ams.cm.UpdateConversationField', code: 400, body: 'Agent does not exist', times: 1 };
  simulator.fails('request', fault);
  await rosa.accepts(await ada.startConversation({ skill: RECEPTION }));
  await endsCleanly(stage, bot);
});

test('of two agents it is the last one who counts', async (t) => {
  const { stage, bot, rosa, ada } = await acquainted(t);
  const second = await ada.startConversation({ skill: SALES, message: 'A new one, please.' });
  (await rosa.accepts(second)).says('Here you are.');
  await second.closes();
  await rosa.accepts(await ada.startConversation({ skill: RECEPTION }));
  await endsCleanly(stage, bot);
});
