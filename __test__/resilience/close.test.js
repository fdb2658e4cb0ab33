'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

const { child } = require('../support/child');
const { start, turns, within } = require('../support/kit');
const { FAST, calls, connected, resilient } = require('./kit');

const say = (text) => ({ dialogId: 'd', event: { type: 'ContentEvent', message: text } });

describe('close()', () => {
  test('takes no more rings, waits for what is pending, ends socket and session', async (t) => {
    const { agent, simulator, heard } = await connected(t, {});
    simulator.fails('request', { type: '.GetClock', late: 5000, times: 1 });
    const clock = agent.getClock();
    const closing = agent.close({ state: 'AWAY' });
    await simulator.waitFor('the state', ({ frame }) => frame?.type === '.ams.routing.SetAgentState');
    await simulator.waitFor('the question', ({ frame }) => frame?.type === '.GetClock');
    simulator.clock.advance(5000);
    await within(closing, 'the end');
    assert.ok((await clock).currentTime > 0);
    assert.deepEqual(await heard.the('closed'), [1000]);
    const [state] = simulator.requests('.ams.routing.SetAgentState');
    assert.deepEqual(state.body, { availability: 'AWAY', channels: ['MESSAGING'], agentUserId: agent.__oldAgentId });
    assert.equal(calls(simulator, 'logout'), 1);
    assert.equal(simulator.log.find(({ step }) => step === 'logout').answer.status, 200);
    const { code } = await simulator.waitFor('the close frame', ({ kind }) => kind === 'closed');
    assert.equal(code, 1000);
    assert.deepEqual([agent.transport, agent.listenerCount('closed')], [null, 0]);
  });

  test('sends what is queued', async (t) => {
    const { agent, simulator } = await connected(t, { rateLimit: { requests: 1, per: 30 }, reconnect: FAST });
    for (const text of ['1', '2', '3']) agent.publishEvent(say(text), () => {});
    await within(agent.close(), 'the end');
    const said = simulator.requests('.ams.ms.PublishEvent').map(({ body }) => body.event.message);
    assert.deepEqual(said, ['1', '2', '3']);
  });

  test('ends in time, whatever happens', async (t) => {
    const { agent, simulator, heard } = await connected(t, { reconnect: FAST });
    simulator.fails('request', { hang: true });
    const told = agent.getClock();
    await within(agent.close({ timeout: 50, state: 'AWAY' }), 'the end', 1000);
    await assert.rejects(told, { message: 'Request has timed out' });
    await turns(10);
    assert.equal(calls(simulator, 'upgrade'), 1);
    assert.deepEqual(heard.names('reconnecting'), []);
  });

  test('is not undone by a bot that reconnects in closed', async (t) => {
    const { agent, simulator } = await connected(t, {});
    agent.on('closed', () => agent.reconnect());
    agent.on('closed', () => agent.reconnect(true));
    await within(agent.close(), 'the end');
    await turns(10);
    assert.deepEqual([calls(simulator, 'login'), calls(simulator, 'upgrade')], [1, 1]);
    agent.connect(() => {});
    await simulator.waitFor('a new beginning', () => calls(simulator, 'upgrade') === 2);
  });

  test('while connecting, while waiting, twice, and after dispose()', async (t) => {
    const { agent, simulator } = await resilient(t, { reconnect: { initialDelay: 60_000 } });
    await within(Promise.all([agent.close(), agent.close()]), 'the end');
    await within(agent.close(), 'the end of nothing');
    agent.connect(() => {});
    simulator.refuses();
    agent.dispose();
    await within(agent.close(), 'the end of nothing');
  });

  test('await using', { skip: !Symbol.asyncDispose }, async (t) => {
    const { agent, heard } = await connected(t, {});
    await within(agent[Symbol.asyncDispose](), 'the end');
    assert.deepEqual(heard.all('closed'), [[1000]]);
  });

  test('lets the process end', async (t) => {
    const simulator = await start(t);
    const bot = child(
      t,
      ({ Agent, conf }) => {
        const agent = new Agent({
          ...conf,
          reconnect: true,
          resubscribe: true,
          offlineQueue: true,
          clockInterval: 1000,
        });
        agent.on('ready', () => agent.close({ state: 'AWAY' }));
      },
      { conf: simulator.options() },
    );
    assert.equal((await bot.ended()).code, 0);
  });
});
