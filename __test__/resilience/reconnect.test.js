'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

const { child } = require('../support/child');
const { turns } = require('../support/kit');
const { FAST, calls, connected, resilient } = require('./kit');

const reconnect = FAST;

describe('reconnect', () => {
  test('without it nothing is tried again', async (t) => {
    const { heard, connection, simulator } = await connected(t, {});
    connection.cuts();
    await heard.the('closed');
    await turns(20);
    assert.deepEqual(heard.names('connected', 'closed', 'reconnecting'), ['connected', 'closed']);
    assert.equal(calls(simulator, 'upgrade'), 1);
  });

  test('a lost connection is made again with the same token', async (t) => {
    const { heard, connection, simulator, agent } = await connected(t, { reconnect });
    const token = agent.getBearerToken();
    connection.cuts();
    assert.deepEqual(await heard.the('reconnected'), [{ attempts: 1 }]);
    assert.deepEqual(heard.names('connected', 'closed', 'reconnecting', 'reconnected', 'error'), [
      ...['connected', 'closed', 'reconnecting', 'connected', 'reconnected'],
    ]);
    assert.deepEqual(heard.all('reconnecting'), [
      [{ attempt: 1, delay: 5, cause: { step: 'socket', code: 1006, status: null, error: null } }],
    ]);
    assert.equal(calls(simulator, 'login'), 1);
    assert.equal(agent.getBearerToken(), token);
  });

  for (const code of [1008, 1011, 4401, 4407]) {
    test(`${code} takes a new login`, async (t) => {
      const { heard, connection, simulator } = await connected(t, { reconnect });
      connection.closes(code);
      await heard.the('reconnected');
      assert.equal(calls(simulator, 'login'), 2);
    });
  }

  test('a 1006 whose next upgrade is answered 401 takes a new login', async (t) => {
    const { heard, connection, simulator } = await connected(t, { reconnect });
    connection.losesToken({ closes: 1006 });
    assert.deepEqual(await heard.the('reconnected'), [{ attempts: 2 }]);
    const causes = heard.all('reconnecting').map(([{ cause }]) => [cause.step, cause.code, cause.status]);
    assert.deepEqual(causes, [
      ['socket', 1006, null],
      ['upgrade', null, 401],
    ]);
    assert.equal(calls(simulator, 'login'), 2);
  });

  test('the first connect is tried again too', async (t) => {
    const { heard, simulator } = await resilient(t, { reconnect });
    simulator.fails('login', { cut: true, times: 2 });
    assert.deepEqual(await heard.the('reconnected'), [{ attempts: 2 }]);
    assert.deepEqual(heard.names('connected', 'closed'), ['connected']);
    assert.equal(heard.all('reconnecting')[1][0].cause.error.error.code, 'ECONNRESET');
  });

  test('429 and 5xx wait as long as the service wants it; the own reconnect() of a bot does not', async (t) => {
    const { heard, simulator, agent } = await resilient(t, { reconnect });
    const faults = [
      ['csds', 429],
      ['csds', 503],
      ['login', 429],
      ['login', 500],
      ['upgrade', 502],
      ['upgrade', 429],
    ];
    const delays = [];
    agent.on('reconnecting', ({ delay, cause }) => {
      delays.push([cause.step, cause.status, delay]);
      const next = faults[delays.length];
      if (next) simulator.fails(next[0], { status: next[1], times: 1 });
      agent.reconnect();
    });
    simulator.fails('csds', { status: 429, times: 1 });
    await heard.the('connected');
    assert.deepEqual(delays, [
      ['domains', 429, 1000],
      ['domains', 503, 5000],
      ['login', 429, 5000],
      ['login', 500, 5000],
      ['upgrade', 502, 10000],
      ['upgrade', 429, 1000],
    ]);
  });

  test('451 is the end', async (t) => {
    const { heard, simulator } = await resilient(t, { reconnect });
    simulator.fails('login', { status: 451 });
    const [{ attempts, cause }] = await heard.the('gaveUp');
    assert.deepEqual([attempts, cause.step, cause.status], [0, 'login', 451]);
    assert.deepEqual(heard.all('reconnecting'), []);
  });

  test('credentials that are refused twice are not sent a third time', async (t) => {
    const { heard, simulator } = await resilient(t, { reconnect });
    simulator.fails('login', { status: 401 });
    const [{ attempts, cause }] = await heard.the('gaveUp');
    assert.deepEqual([attempts, cause.step, cause.status], [1, 'login', 401]);
    assert.equal(calls(simulator, 'login'), 2);
  });

  test('a ready token that is refused twice is not sent a third time, another one is', async (t) => {
    const { heard, simulator, agent } = await resilient(t, { reconnect, token: 'ready', username: undefined });
    const [{ cause }] = await heard.the('gaveUp');
    assert.deepEqual([cause.step, cause.status], ['upgrade', 401]);
    assert.equal(calls(simulator, 'upgrade'), 2);
    simulator.agent({ token: 'better' });
    agent.conf.token = 'better';
    agent.reconnect();
    await heard.the('connected');
  });

  test('a service that accepts and closes at once is asked ever more seldom', async (t) => {
    const { heard, simulator } = await resilient(t, { reconnect: { ...reconnect, initialDelay: 20, maxAttempts: 4 } });
    simulator.fails('upgrade', { closes: 4401 });
    await heard.the('gaveUp');
    const delays = heard.all('reconnecting').map(([{ delay }]) => delay);
    assert.deepEqual(delays, [20, 40, 40, 40]);
    assert.equal(calls(simulator, 'login'), 5);
  });

  test('a strategy has the last word on the delay, and may end it', async (t) => {
    const asked = [];
    const strategy = (attempt, { step, status }) => {
      asked.push([attempt, step, status]);
      return attempt < 3 && 1;
    };
    const { heard, simulator } = await resilient(t, { reconnect: { strategy } });
    simulator.fails('login', { status: 500 });
    assert.equal((await heard.the('gaveUp'))[0].attempts, 2);
    assert.deepEqual(
      asked,
      [1, 2, 3].map((attempt) => [attempt, 'login', 500]),
    );
  });

  test('one attempt at a time: what the bot begins takes the place of what was planned', async (t) => {
    const { heard, connection, simulator, agent } = await connected(t, { reconnect: { initialDelay: 60_000 } });
    agent.on('closed', () => agent.reconnect(true));
    connection.cuts();
    await heard.the('connected', 2);
    assert.deepEqual(heard.names('reconnecting', 'reconnected'), []);
    assert.equal(calls(simulator, 'upgrade'), 2);
  });

  test('dispose() is the end of it', async (t) => {
    const { heard, connection, simulator, agent } = await connected(t, { reconnect });
    agent.on('reconnecting', () => agent.dispose());
    connection.cuts();
    await heard.the('reconnecting');
    await turns(20);
    assert.equal(calls(simulator, 'upgrade'), 1);
  });

  test('a planned attempt keeps the process alive', async (t) => {
    const bot = child(
      t,
      ({ Agent, conf, say }) => {
        const agent = new Agent({ ...conf, reconnect: { initialDelay: 300, maxAttempts: 1 } });
        agent.on('error', () => {});
        agent.on('gaveUp', ({ attempts }) => say(`gave up after ${attempts}`));
      },
      { conf: { accountId: '1', username: 'a', password: 'b', csdsDomain: 'localhost:1' } },
    );
    const { stdout, code } = await bot.ended();
    assert.match(stdout, /gave up after 1/);
    assert.equal(code, 0);
  });
});
