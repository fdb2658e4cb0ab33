'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

const { bot, start, within } = require('../support/kit');
const { FAST, TYPES, calls, connected, resilient } = require('./kit');

const BEARER = { username: undefined, password: undefined };

describe('tokenProvider', () => {
  test('is asked for each new token', async (t) => {
    const simulator = await start(t);
    for (const token of ['one', 'two']) simulator.agent({ token, userId: `user-${token}` });
    const given = ['one', 'two'];
    const tokenProvider = async () => ({ token: given[0], userId: `user-${given.shift()}` });
    const conf = simulator.options({ ...BEARER, tokenProvider, reconnect: FAST });
    const { agent, heard } = bot(t, conf, { types: TYPES });
    await heard.the('connected');
    assert.deepEqual([agent.userId, agent.getBearerToken(), agent.token], ['user-one', 'one', undefined]);
    (await simulator.connection()).losesToken({ closes: 4401 });
    await heard.the('connected', 2);
    assert.deepEqual([agent.userId, agent.getBearerToken()], ['user-two', 'two']);
    assert.deepEqual(heard.names('tokenChanged').length, 2);
    assert.deepEqual(Object.keys(heard.all('tokenChanged')[1][0]), ['userId', 'since']);
    assert.equal(calls(simulator, 'login'), 0);
  });

  for (const [what, tokenProvider, message] of [
    [
      'throws',
      () => {
        throw new Error('no network');
      },
      /Error on tokenProvider: no network/,
    ],
    ['gives nothing', async () => undefined, /Error on tokenProvider: it gave no token/],
    ['never answers', () => new Promise(() => {}), /Error on tokenProvider: no answer within 20 ms/],
  ]) {
    test(`one that ${what} is a failed login, and asked again`, async (t) => {
      const conf = { ...BEARER, tokenProvider, httpTimeout: 20, reconnect: FAST };
      const { heard } = await resilient(t, conf);
      const [error, context] = await heard.the('error');
      assert.match(error.message, message);
      assert.deepEqual([error.service, context.location], ['authentication.login', 'Connect#Login']);
      const [{ attempt, cause }] = await heard.the('reconnecting', 2);
      assert.deepEqual([attempt, cause.step], [2, 'login']);
    });
  }

  test('goes before a token and a password', async (t) => {
    const simulator = await start(t);
    simulator.agent({ token: 'provided' });
    const tokenProvider = () => ({ token: 'provided' });
    const { heard, agent } = bot(t, simulator.options({ token: 'old', userId: '5', tokenProvider }));
    await heard.the('connected');
    assert.deepEqual([agent.getBearerToken(), agent.userId], ['provided', '5']);
  });
});

describe('shareLogin', () => {
  test('agents with the same credentials log in once', async (t) => {
    const simulator = await start(t);
    const options = () => simulator.options({ shareLogin: true, reconnect: FAST });
    const bots = Array.from({ length: 5 }, () => bot(t, options(), { types: TYPES }));
    bots.push(bot(t, simulator.options({ shareLogin: true, username: 'other' })));
    for (const { heard } of bots) await heard.the('connected');
    assert.equal(calls(simulator, 'login'), 2);
    assert.equal(new Set(bots.map(({ agent }) => agent.getBearerToken())).size, 2);
    for (const { agent } of bots) await within(agent.refreshSession(), 'the refresh');
  });

  test('the one that finds the token of no use logs in for all', async (t) => {
    const simulator = await start(t);
    const options = () => simulator.options({ shareLogin: true, reconnect: FAST });
    const bots = [bot(t, options(), { types: TYPES }), bot(t, options(), { types: TYPES })];
    for (const { heard } of bots) await heard.the('connected');
    const [first, second] = simulator.connections;
    first.losesToken({ closes: 4401 });
    second.closes(4401);
    for (const { heard } of bots) await heard.the('connected', 2);
    const [a, b] = bots.map(({ agent }) => agent.getBearerToken());
    assert.equal(a, b);
    assert.equal(calls(simulator, 'login'), 2);
  });

  test('a session that others use as well is not ended by close()', async (t) => {
    const { agent, simulator } = await connected(t, { shareLogin: true });
    await within(agent.close(), 'the end');
    assert.equal(calls(simulator, 'logout'), 0);
  });
});

test('the session is refreshed every 4 minutes with any of the options, unless the bot says otherwise', async (t) => {
  const intervals = [];
  for (const conf of [{}, { reconnect: true }, { reconnect: true, refreshSessionInterval: 7000 }]) {
    const { agent } = await resilient(t, conf);
    intervals.push(agent.refreshSessionInterval);
  }
  assert.deepEqual(intervals, [600_000, 240_000, 7000]);
});
