import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsCleanly, openStage, wordsOfBrand } from './kit.mjs';

const GREETING = 'Hello! Somebody will be with you in a moment.';

test('it joins conversations that are open and those that begin, and greets in each once', async (t) => {
  const stage = await openStage(t);
  const { simulator } = stage;
  const early = await simulator.consumer().startConversation();
  const bot = stage.startBot('greeting-bot');
  assert.equal((await early.next()).event.message, GREETING);
  const late = await simulator.consumer().startConversation({ message: 'hello' });
  assert.equal((await late.next()).event.message, GREETING);
  assert.equal(late.details.participants.MANAGER.length, 1);
  assert.equal(late.details.participants.ASSIGNED_AGENT.length, 0, 'it takes no conversation');

  // It sees each of these changes, and the last conversation after them.
  early.says('one');
  late.says('two');
  const last = await simulator.consumer().startConversation();
  await last.next();
  for (const conversation of [early, late, last]) assert.deepEqual(wordsOfBrand(conversation), [GREETING]);
  await endsCleanly(stage, bot);
});

test('neither a lost connection nor a restart makes it greet again', async (t) => {
  const stage = await openStage(t);
  const { simulator } = stage;
  const conversation = await simulator.consumer().startConversation();
  const first = stage.startBot('greeting-bot', { LP_GREETING: 'Welcome' });
  await conversation.next();
  (await simulator.connection()).cuts();
  await (await simulator.consumer().startConversation()).next();
  assert.equal(await first.stop(), 0);

  const second = stage.startBot('greeting-bot', { LP_GREETING: 'Welcome' });
  await (await simulator.consumer().startConversation()).next();
  assert.deepEqual(wordsOfBrand(conversation), ['Welcome']);
  await endsCleanly(stage, second);
});

test('a conversation that it could not join is tried again at its next change', async (t) => {
  const stage = await openStage(t);
  const fault = { type: '.ams.cm.UpdateConversationField', code: 500, body: 'not now', times: 1 };
  stage.simulator.fails('request', fault);
  const conversation = await stage.simulator.consumer().startConversation();
  const isTold = new Promise((resolve) =>
    stage.startBot('greeting-bot', {}, (line) => /not greeted/.test(line) && resolve(line)),
  );
  assert.match(await isTold, /not now/);
  conversation.says('hello?');
  assert.equal((await conversation.next()).event.message, GREETING);
});
