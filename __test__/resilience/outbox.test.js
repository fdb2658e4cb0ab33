'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

const { SDKError } = require('../../lib/errors');
const { called, turns, within } = require('../support/kit');
const { FAST, connected, resilient } = require('./kit');

const CONF = { reconnect: FAST, offlineQueue: true };
const say = (text) => ({ dialogId: 'd', event: { type: 'ContentEvent', message: text } });
const said = (simulator) => simulator.requests('.ams.ms.PublishEvent').map(({ body }) => body.event.message);
const failure = (message) => (error) =>
  error instanceof SDKError && error.service === 'messaging' && message.test(error.message);

describe('offlineQueue', () => {
  test('without it a request is refused at once', async (t) => {
    const { agent } = await resilient(t, { reconnect: FAST });
    let error;
    agent.publishEvent(say('one'), (given) => (error = given));
    assert.equal(error.message, 'socket not connected');
  });

  test('requests wait for the first connection, in order, as they were made', async (t) => {
    const { agent, simulator } = await resilient(t, CONF);
    const body = say('one');
    agent.publishEvent(body, () => {});
    body.event.message = 'two';
    agent.publishEvent(body, () => {});
    await within(agent.setAgentState({ availability: 'ONLINE' }), 'the answer');
    assert.deepEqual(said(simulator), ['one', 'two']);
    const { agentUserId } = simulator.requests('.ams.routing.SetAgentState')[0].body;
    assert.equal(agentUserId, agent.__oldAgentId);
  });

  test('and for ready after a reconnect', async (t) => {
    const { agent, simulator, connection, heard } = await connected(t, { ...CONF, resubscribe: true });
    await agent.subscribeExConversations({});
    simulator.on('request', ({ frame }) => (/Subscribe/.test(frame.type) ? { late: 5000 } : undefined));
    agent.on('closed', () => agent.publishEvent(say('offline'), () => {}));
    agent.on('connected', () => agent.publishEvent(say('not ready'), () => {}));
    agent.on('ready', () => agent.publishEvent(say('ready'), () => {}));
    const from = simulator.log.length;
    connection.cuts();
    await heard.the('connected', 2);
    await simulator.waitFor('the subscription', ({ frame }) => /Subs/.test(frame?.type), { from });
    assert.deepEqual(said(simulator), []);
    simulator.clock.advance(5000);
    await heard.the('ready', 2);
    await agent.getClock();
    assert.deepEqual(said(simulator), ['offline', 'not ready', 'ready']);
  });

  test('what makes a connection ready does not wait for that, nor does getClock', async (t) => {
    const { agent, heard } = await resilient(t, { ...CONF, resubscribe: true });
    await assert.rejects(agent.getClock(), failure(/socket not connected/));
    const answers = [];
    agent.on('connected', () => {
      for (const name of ['setAgentState', 'subscribeExConversations', 'subscribeRoutingTasks', 'getClock']) {
        agent[name]({}, () => answers.push(name));
      }
    });
    await heard.the('ready');
    assert.deepEqual(answers.slice(0, 3), ['setAgentState', 'subscribeExConversations', 'subscribeRoutingTasks']);
  });

  test('over the limits there is an error', async (t) => {
    const { agent, simulator } = await resilient(t, { ...CONF, offlineQueue: { maxSize: 2, maxAge: 50 } });
    simulator.fails('login', { hang: true });
    const waiting = [agent.publishEvent(say('one')), agent.publishEvent(say('two'))];
    await assert.rejects(agent.publishEvent(say('three')), failure(/2 others.*maxSize/));
    for (const one of waiting) await assert.rejects(within(one, 'the end'), failure(/50 ms.*maxAge/));
  });

  test('dispose() and an AbortSignal tell those who wait, once', async (t) => {
    const { agent, simulator } = await resilient(t, CONF);
    simulator.fails('login', { hang: true });
    const told = [];
    const controller = new AbortController();
    const aborted = agent.publishEvent(say('one'), null, null, null, { signal: controller.signal });
    const disposed = called((callback) =>
      agent.publishEvent(say('two'), (error) => (told.push(error), callback(error))),
    );
    controller.abort();
    await assert.rejects(aborted, { name: 'AbortError' });
    agent.dispose();
    assert.deepEqual(told, []);
    assert.match((await disposed)[0].message, /disposed/);
    await turns();
    assert.equal(told.length, 1);
  });

  test('a body that is no JSON is refused as ever', async (t) => {
    const { agent } = await resilient(t, CONF);
    const body = {};
    body.body = body;
    assert.throws(() => agent.publishEvent(body, () => {}), TypeError);
    await assert.rejects(agent.publishEvent(body), TypeError);
  });
});

describe('rateLimit', () => {
  test('requests go out at the pace, in order; getClock passes', async (t) => {
    const { agent, simulator } = await connected(t, { rateLimit: { requests: 2, per: 200 } });
    const begin = performance.now();
    const answers = ['1', '2', '3', '4', '5'].map((text) => agent.publishEvent(say(text)).catch(() => {}));
    await agent.getClock();
    assert.deepEqual(said(simulator), ['1', '2']);
    assert.equal(agent.stats().queued, 3);
    await within(Promise.all(answers), 'the answers');
    assert.deepEqual(said(simulator), ['1', '2', '3', '4', '5']);
    assert.ok(performance.now() - begin >= 290, `${performance.now() - begin} ms`);
  });

  test('429 is a pause of a second', async (t) => {
    const { agent, simulator } = await connected(t, { rateLimit: { requests: 100, per: 100 } });
    simulator.fails('request', { type: '.ams.routing.SetAgentState', code: 429, times: 1 });
    await assert.rejects(agent.setAgentState({ availability: 'AWAY' }), { code: 429 });
    const begin = performance.now();
    await agent.setAgentState({ availability: 'AWAY' });
    assert.ok(performance.now() - begin >= 950, `${performance.now() - begin} ms`);
  });

  test('without offlineQueue the end of the connection is the end of those who wait', async (t) => {
    const { agent, connection } = await connected(t, { rateLimit: { requests: 1, per: 60_000 } });
    agent.publishEvent(say('1'), () => {});
    const waiting = agent.publishEvent(say('2'));
    connection.cuts();
    await assert.rejects(within(waiting, 'the end'), failure(/socket not connected/));
  });

  test('an odd option is an error', async (t) => {
    await assert.rejects(resilient(t, { rateLimit: { requests: 0, per: 1 } }), TypeError);
  });
});
