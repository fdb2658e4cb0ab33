// What all examples share, shown with the echo bot: the connection is kept and regained, and the end is a clean one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsCleanly, openStage, tellsNoSecret } from './kit.mjs';

/** An echo bot in a conversation. */
async function conversing(t) {
  const stage = await openStage(t);
  const { simulator } = stage;
  const bot = stage.startBot('echo-bot');
  const conversation = await simulator.consumer().startConversation({ message: 'hello' });
  const hears = async (text) => assert.equal((await conversation.next()).event.message, text);
  await hears('echo: hello');
  const logins = () => simulator.log.filter(({ step }) => step === 'login').length;
  return { stage, simulator, bot, conversation, hears, logins };
}

test('after a cut it is back, hears what was said meanwhile, and nothing twice', async (t) => {
  const { stage, simulator, bot, conversation, hears, logins } = await conversing(t);
  (await simulator.connection()).cuts();
  conversation.says('are you there?');
  await hears('echo: are you there?');
  conversation.says('good');
  await hears('echo: good');
  assert.equal(logins(), 1, 'the token was still good');
  assert.deepEqual(
    bot.lines.filter((line) => /connected|closed/.test(line)),
    ['connected', 'closed 1006', 'connected'],
  );
  await endsCleanly(stage, bot);
});

for (const code of [4401, 4407, 1011]) {
  test(`after a close with ${code} it signs in anew`, async (t) => {
    const { stage, simulator, bot, conversation, hears, logins } = await conversing(t);
    (await simulator.connection()).losesToken({ closes: code });
    conversation.says('again');
    await hears('echo: again');
    assert.equal(logins(), 2);
    await endsCleanly(stage, bot);
  });
}

test('a token that turns out to be revoked when it reconnects is replaced', async (t) => {
  const { simulator, bot, conversation, hears, logins } = await conversing(t);
  (await simulator.connection()).losesToken({ closes: 1006 });
  conversation.says('again');
  await hears('echo: again');
  assert.equal(logins(), 2);
  assert.ok(bot.lines.includes('error: Error on WS connection: Unexpected server response: 401'), bot.lines.join('\n'));
  assert.equal(await bot.stop(), 0);
  tellsNoSecret(simulator, bot);
});

for (const step of ['csds', 'login', 'upgrade']) {
  test(`it tries again when the ${step} fails`, async (t) => {
    const stage = await openStage(t);
    const fault = stage.simulator.fails(step, { status: 502, times: 1 });
    const bot = stage.startBot('echo-bot');
    const conversation = await stage.simulator.consumer().startConversation({ message: 'hello' });
    assert.equal((await conversation.next()).event.message, 'echo: hello');
    assert.equal(fault.count, 1);
    assert.equal(await bot.stop(), 0);
  });
}

test('connections that are closed at once are not met with a storm', async (t) => {
  const { simulator, bot, conversation, hears } = await conversing(t);
  const closing = simulator.fails('upgrade', { closes: 1011, times: 2 });
  const before = Date.now();
  (await simulator.connection()).cuts();
  conversation.says('at last');
  await hears('echo: at last');
  assert.equal(closing.count, 2);
  // One, two and five seconds of patience, or one each time if a connection counted as good before it had answered.
  assert.ok(Date.now() - before >= 7900, `the third attempt came after ${Date.now() - before} ms`);
  assert.equal(await bot.stop(), 0);
});

test('a restarted bot does not answer again what it has answered', async (t) => {
  const { stage, bot, conversation, hears } = await conversing(t);
  await endsCleanly(stage, bot);
  conversation.says('while you were away');
  stage.startBot('echo-bot');
  await hears('echo: while you were away');
});

test('wrong credentials end it, with a message and exit code 1', async (t) => {
  const stage = await openStage(t, { strict: true });
  stage.simulator.agent({ username: 'bot', password: 'another one' });
  const bot = stage.startBot('echo-bot');
  assert.equal(await bot.ended, 1);
  assert.deepEqual(bot.lines, ['error: Error on AgentVEP login: Unauthorized']);
});

test('SIGTERM ends it at any time', { skip: process.platform === 'win32' && 'no signals' }, async (t) => {
  await t.test('during the login', async (t) => {
    const stage = await openStage(t);
    stage.simulator.fails('login', { hang: true });
    const bot = stage.startBot('echo-bot');
    await stage.simulator.waitFor('the login', ({ step }) => step === 'login');
    assert.equal(await bot.stop(), 0, bot.lines.join('\n'));
  });

  await t.test('between two attempts', async (t) => {
    const stage = await openStage(t);
    stage.simulator.fails('login', { status: 500 });
    const said = deferred();
    const bot = stage.startBot('echo-bot', {}, said.resolve);
    assert.match(await said.promise, /Error on AgentVEP login/);
    assert.equal(await bot.stop(), 0, bot.lines.join('\n'));
  });

  await t.test('when the service is silent', async (t) => {
    const { simulator, bot } = await conversing(t);
    (await simulator.connection()).stalls();
    assert.equal(await bot.stop(), 0, bot.lines.join('\n'));
  });
});

function deferred() {
  let resolve;
  return { promise: new Promise((done) => (resolve = done)), resolve };
}
