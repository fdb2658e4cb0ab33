'use strict';

const { test } = require('node:test');
const GreetingBot = require('../src/greeting-bot');

test('takes a conversation and answers in it', { timeout: 20000 }, async () => {
  const { LP_ACCOUNT: accountId, LP_USER: username, LP_PASS: password, LP_CSDS: csdsDomain } = process.env;
  const bot = new GreetingBot({ accountId, username, password, csdsDomain });
  await new Promise((resolve) => {
    bot.on('ms.MessagingEventNotification', (body) => {
      if (body.changes.some((change) => change.isMe() && change.event.message === 'Good day, Ada!')) resolve();
    });
  });
  bot.stop();
});
