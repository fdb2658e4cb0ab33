import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsCleanly, openStage } from './kit.mjs';

test('it echoes each message once, marks it as read, and closes on #close', async (t) => {
  const stage = await openStage(t);
  const bot = stage.startBot('echo-bot');
  const conversation = await stage.simulator.consumer().startConversation({ message: 'before you came' });
  const hears = async (text) => assert.equal((await conversation.next()).event.message, text);
  await hears('echo: before you came');
  const { sequence } = conversation.says('after');
  await hears('echo: after');
  const isRead = ({ type, status, sequenceList }) =>
    type === 'AcceptStatusEvent' && status === 'READ' && sequenceList.includes(sequence);
  await conversation.nextEvent('the read mark', isRead);
  conversation.sendsFile(Buffer.from('a file'));
  await hears('echo: (hosted/file)');
  conversation.says('#close');
  const { closeReason } = await conversation.closed();
  assert.equal(closeReason, 'AGENT');
  await endsCleanly(stage, bot);
});

test('it answers consumers, not its colleagues', async (t) => {
  const stage = await openStage(t);
  const bot = stage.startBot('echo-bot');
  const conversation = await stage.simulator.consumer().startConversation();
  await conversation.accepted();
  const manager = await stage.simulator.manager().joins(conversation);
  manager.says('I only watch');
  assert.equal((await conversation.next()).event.message, 'I only watch');
  conversation.says('hello');
  assert.equal((await conversation.next()).event.message, 'echo: hello');
  await endsCleanly(stage, bot);
});

test('it has many conversations at once', async (t) => {
  const stage = await openStage(t);
  const bot = stage.startBot('echo-bot');
  const begin = (_, n) => stage.simulator.consumer().startConversation({ message: `number ${n}` });
  const conversations = await Promise.all(Array.from({ length: 30 }, begin));
  const answers = await Promise.all(conversations.map((conversation) => conversation.next()));
  assert.deepEqual(
    answers.map(({ event }) => event.message),
    conversations.map((_, n) => `echo: number ${n}`),
  );
  await endsCleanly(stage, bot);
});
