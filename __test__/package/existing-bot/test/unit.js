'use strict';

const assert = require('node:assert');
const { mock, test } = require('node:test');
const GreetingBot = require('../src/greeting-bot');

test('greets whoever says their name, and not itself', async () => {
  const bot = new GreetingBot({ accountId: '1', username: 'bot', password: 'secret', csdsDomain: '127.0.0.1:1' });
  bot.publishEvent = mock.fn();
  const say = (message, isMe) => ({ event: { type: 'ContentEvent', message }, isMe: () => isMe });
  bot.emit('ms.MessagingEventNotification', { dialogId: 'd1', changes: [say('Ada', false), say('me', true)] });
  await new Promise((resolve) => bot.once('error', resolve)); // nobody listens there
  bot.stop();

  assert.strictEqual(bot.publishEvent.mock.calls.length, 1);
  const [body] = bot.publishEvent.mock.calls[0].arguments;
  assert.strictEqual(body.dialogId, 'd1');
  assert.strictEqual(body.event.message, 'Good day, Ada!');
});

test('an account is needed', () => {
  assert.throws(() => new GreetingBot({ username: 'bot', password: 'secret' }), { message: 'missing accountId param' });
});
