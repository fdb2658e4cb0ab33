'use strict';

const assert = require('node:assert/strict');
const diagnostics = require('node:diagnostics_channel');
const { describe, test } = require('node:test');

const { child } = require('../support/child');
const { start } = require('../support/kit');
const { FAST, connected } = require('./kit');

const TOPICS = ['connect', 'login', 'request', 'response', 'reconnect', 'close'];

/** A connection that is lost and made again, with a request on each. */
async function session(bot) {
  await bot.agent.getClock();
  bot.connection.cuts();
  await bot.heard.the('reconnected');
  await bot.agent.setAgentState({ availability: 'AWAY' });
}

const secretsOf = ({ conf, csrf, token, jar }) => [
  conf.password,
  csrf,
  token,
  jar.getCookieString('https://localhost/'),
];

describe('looking inside', () => {
  test('diagnostics channels tell what happens, without secrets', async (t) => {
    const told = [];
    for (const topic of TOPICS) {
      const listener = (message, name) => told.push([name.replace('node-agent-sdk:', ''), message]);
      diagnostics.subscribe(`node-agent-sdk:${topic}`, listener);
      t.after(() => diagnostics.unsubscribe(`node-agent-sdk:${topic}`, listener));
    }
    const bot = await connected(t, { reconnect: FAST });
    await session(bot);
    const who = { accountId: '12345678', userId: bot.agent.userId };
    assert.deepEqual(
      told.map(([topic]) => topic),
      ['login', 'connect', 'request', 'response', 'close', 'reconnect', 'connect', 'request', 'response'],
    );
    const [, , request, response, close] = told.map(([, message]) => message);
    assert.deepEqual(request, { ...who, id: request.id, type: '.GetClock' });
    assert.deepEqual(response, { ...who, id: request.id, type: '.GetClock$Response', code: 200 });
    assert.deepEqual(close, { ...who, code: 1006 });
    for (const secret of secretsOf(bot.agent)) assert.ok(!JSON.stringify(told).includes(secret));
  });

  test('a logger gets the same as lines', async (t) => {
    const lines = [];
    const write = (level) => (line) => lines.push(`${level} ${line}`);
    const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    const bot = await connected(t, { reconnect: FAST, logger });
    await session(bot);
    const text = lines.join('\n');
    assert.match(text, /^info node-agent-sdk 12345678\.\d+ login: operation Connect$/m);
    assert.match(text, /^debug node-agent-sdk 12345678\.\d+ request: id .*, type \.GetClock$/m);
    assert.match(text, /^warn node-agent-sdk .* reconnect: attempt 1, delay 5, cause step socket, code 1006$/m);
    for (const secret of secretsOf(bot.agent)) assert.ok(!text.includes(secret));
  });

  test('a logger that throws, or lacks a level, disturbs nobody but itself', async (t) => {
    const bot = await connected(t, { logger: { info: undefined, debug: 'odd' } });
    await bot.agent.getClock();
  });

  test('NODE_DEBUG=node-agent-sdk', async (t) => {
    const simulator = await start(t);
    const bot = child(
      t,
      ({ Agent, conf }) => {
        const agent = new Agent(conf);
        agent.on('connected', () => agent.close());
      },
      { conf: simulator.options(), env: { NODE_DEBUG: 'node-agent-sdk' } },
    );
    assert.match((await bot.ended()).stderr, /NODE-AGENT-SDK \d+: 12345678\.\d+ close: code 1000/);
  });

  test('stats()', async (t) => {
    const bot = await connected(t, { reconnect: FAST });
    await session(bot);
    const stats = bot.agent.stats();
    const { framesIn, bytesIn, framesOut, bytesOut, roundTrip, lastPong, tokenAge, ...rest } = stats;
    assert.deepEqual(rest, { connected: true, pending: 0, queued: 0, bufferedAmount: 0, reconnects: 1 });
    assert.equal(framesOut, 2);
    assert.ok(framesIn >= 2 && bytesIn > 100 && bytesOut > 100, JSON.stringify(stats));
    assert.equal(roundTrip.count, 2);
    assert.ok(roundTrip.last > 0 && roundTrip.mean > 0 && roundTrip.longest >= roundTrip.last);
    assert.ok(lastPong === null || Math.abs(Date.now() - lastPong) < 60_000);
    assert.ok(tokenAge >= 0 && tokenAge < 60_000);
    for (const secret of secretsOf(bot.agent)) assert.ok(!JSON.stringify(stats).includes(secret));
    bot.agent.dispose();
    assert.deepEqual([bot.agent.stats().connected, bot.agent.stats().framesIn], [false, 0]);
  });
});
