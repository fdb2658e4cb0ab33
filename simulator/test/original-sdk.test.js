'use strict';

const assert = require('node:assert');
const { fork } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');

const { Simulator } = require('..');

// The original SDK, unmodified, in a process of its own: it takes the certificate authority from NODE_EXTRA_CA_CERTS only.
function startBot(simulator, options) {
  const bot = fork(path.join(__dirname, '..', 'test-support', 'original-sdk-bot.js'), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: simulator.caFile, BOT_OPTIONS: JSON.stringify(options) },
  });
  bot.errors = '';
  bot.stderr.on('data', (chunk) => (bot.errors += chunk));
  return bot;
}

test(
  'the original SDK signs in, is rung, accepts, converses, transfers, closes and leaves',
  { timeout: 30_000 },
  async (t) => {
    const simulator = await Simulator.start({ wait: 10_000 });
    t.after(() => simulator.close());
    const colleague = simulator.agent({ username: 'colleague', skills: ['77'] });
    colleague.goesOnline();

    const bot = startBot(simulator, simulator.options({ ca: undefined }));
    t.after(() => bot.kill());
    const connection = await simulator.connection(1);
    assert.strictEqual(connection.version, '2.1');

    const consumer = simulator.consumer({ profile: { firstName: 'Ada' } });
    const conversation = await consumer.startConversation({ skill: '5', message: 'hello' });
    await conversation.accepted();
    conversation.says('are you there?');
    assert.strictEqual((await conversation.next()).event.message, 'you said are you there?');

    conversation.says('transfer');
    const part = await colleague.accepts(conversation);
    part.says('colleague here');
    assert.strictEqual((await conversation.next()).event.message, 'colleague here');
    assert.strictEqual(conversation.details.skillId, '77');

    const second = await consumer.startConversation({ skill: '5' });
    await second.accepted();
    second.says('close');
    const { closeReason } = await second.closed();
    assert.strictEqual(closeReason, 'AGENT');

    const third = await consumer.startConversation({ skill: '5' });
    await third.accepted();
    third.says('leave');
    await simulator.waitFor('the bot to hang up', (entry) => entry.kind === 'closed');
    bot.disconnect();
    const [exitCode] = await once(bot, 'exit');
    assert.deepStrictEqual([exitCode, bot.errors.replace(/.*(warning|deprecat|trace-|Use `node).*\n/gi, '')], [0, '']);
  },
);
