'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { describe, test } = require('node:test');

const { turns, within } = require('../support/kit');
const { FAST, calls, connected, resilient } = require('./kit');

const CONF = { reconnect: FAST, resubscribe: true };
const CONVERSATIONS = 'cqm.ExConversationChangeNotification';
const MESSAGES = 'ms.MessagingEventNotification';
const ANSWERS = ['.ams.GenericSubscribe$Response', '.ams.aam.SubscribeExConversations$Response'];
const REQUESTS = [
  '.ams.routing.SetAgentState',
  '.ams.aam.SubscribeExConversations',
  '.ams.routing.SubscribeRoutingTasks',
  '.ams.routing.SubscribeAgentsState',
];

/** How often each of the requests was made. */
const made = (simulator) => REQUESTS.map((type) => simulator.requests(type).length);

describe('resubscribe', () => {
  test('ready comes after the first connected too', async (t) => {
    const { heard } = await connected(t, CONF);
    await heard.the('ready');
    assert.deepEqual(heard.names('connected', 'ready'), ['connected', 'ready']);
  });

  test('what the bot asked for once is asked for again, as it was, and no event tells of it', async (t) => {
    const { heard, agent, simulator, connection } = await connected(t, CONF, { types: ANSWERS });
    await agent.setAgentState({ availability: 'ONLINE' });
    await agent.setAgentState({ availability: 'AWAY' });
    await agent.subscribeExConversations({ convState: ['OPEN'] });
    await agent.subscribeRoutingTasks({});
    await agent.subscribeAgentsState({});
    heard.clear();
    connection.cuts();
    await heard.the('ready');
    assert.deepEqual(made(simulator), [3, 2, 2, 2]);
    assert.equal(simulator.requests('.ams.routing.SetAgentState')[2].body.availability, 'AWAY');
    const [first, again] = simulator.requests('.ams.aam.SubscribeExConversations').map(({ body }) => body);
    assert.deepEqual(again, first);
    assert.deepEqual(heard.names('message:sent', ...ANSWERS), []);
    assert.deepEqual(heard.names('connected', 'reconnected', 'ready'), ['connected', 'reconnected', 'ready']);
  });

  test('what the bot asks for in connected, or somewhat later, is not asked for twice', async (t) => {
    const { heard, agent, simulator, connection } = await resilient(t, CONF, { types: [CONVERSATIONS] });
    let done;
    const later = () => new Promise((resolve) => (done = resolve));
    let finished = later();
    agent.on('connected', async () => {
      agent.subscribeExConversations({ convState: ['OPEN'], minLastUpdatedTime: Date.now() });
      await agent.setAgentState({ availability: 'ONLINE' });
      await agent.subscribeExConversations({ convState: ['CLOSE'] });
      done();
    });
    await heard.the('connected');
    await finished;
    finished = later();
    heard.clear();
    (await simulator.connection(1)).cuts();
    await heard.the('ready');
    await finished;
    assert.deepEqual(made(simulator).slice(0, 2), [2, 5]);
    await simulator.waitFor('our own to be ended', ({ frame }) => /Unsubscribe/.test(frame?.type));
    heard.clear();
    const consumer = simulator.consumer();
    await consumer.startConversation({ skill: '1' });
    await heard.the(CONVERSATIONS);
    await agent.getClock();
    const open = heard.all(CONVERSATIONS).length;
    (await simulator.connection()).cuts();
    heard.clear();
    finished = later();
    await heard.the('ready');
    await finished;
    assert.equal(open, 1);
    assert.deepEqual(made(simulator).slice(0, 2), [3, 8]);
    void connection;
  });

  test('the bot keeps the id of its subscription', async (t) => {
    const { heard, agent, simulator, connection } = await connected(t, CONF, { types: [CONVERSATIONS] });
    const { subscriptionId } = await agent.subscribeExConversations({ convState: ['OPEN'] });
    connection.cuts();
    await heard.the('ready', 2);
    heard.clear();
    await simulator.consumer().startConversation({ skill: '1' });
    const [body] = await heard.the(CONVERSATIONS);
    assert.equal(body.subscriptionId, subscriptionId);
    await agent.unsubscribeExConversations({ subscriptionId });
    const ended = simulator.requests('.ams.aam.UnsubscribeExConversations')[0].body.subscriptionId;
    assert.notEqual(ended, subscriptionId);
    (await simulator.connection()).cuts();
    await heard.the('ready');
    assert.equal(simulator.requests('.ams.aam.SubscribeExConversations').length, 2);
  });

  test('notifications that come before the answer have the id of the bot as well', async (t) => {
    const options = { types: [CONVERSATIONS], settings: { notificationsFirst: true } };
    const { heard, agent, connection, simulator } = await connected(t, CONF, options);
    await simulator.consumer().startConversation({ skill: '1' });
    const { subscriptionId } = await agent.subscribeExConversations({ convState: ['OPEN'] });
    heard.clear();
    connection.cuts();
    await heard.the('ready');
    assert.deepEqual(
      heard.all(CONVERSATIONS).map(([body]) => body.subscriptionId),
      [subscriptionId],
    );
  });

  test('dispose() forgets', async (t) => {
    const { agent, simulator } = await connected(t, CONF);
    await agent.subscribeExConversations({});
    agent.dispose();
    const ready = once(agent, 'ready');
    agent.connect(() => {});
    await within(ready, 'ready');
    assert.equal(simulator.requests('.ams.aam.SubscribeExConversations').length, 1);
  });

  test('a subscription that is refused is given up, with a warning', async (t) => {
    const { heard, agent, simulator, connection } = await connected(t, CONF);
    await agent.subscribeExConversations({ convState: ['OPEN'] });
    simulator.fails('request', { type: '.ams.aam.SubscribeExConversations', code: 400, times: 2 });
    connection.cuts();
    await heard.the('ready', 2);
    assert.match((await heard.the('warn'))[0].message, /subscribeExConversations.*400/);
    (await simulator.connection()).cuts();
    await heard.the('ready', 3);
    assert.equal(simulator.requests('.ams.aam.SubscribeExConversations').length, 3);
  });

  test('a connection on which it cannot be done is given up', async (t) => {
    const { heard, agent, simulator, connection } = await connected(t, CONF);
    await agent.subscribeExConversations({ convState: ['OPEN'] });
    const type = '.ams.aam.SubscribeExConversations';
    simulator.fails('request', { type, code: 401, times: 1 });
    simulator.fails('request', { type, code: 500, times: 1 });
    connection.cuts();
    await heard.the('ready', 2);
    assert.equal(calls(simulator, 'upgrade'), 4);
    assert.equal(calls(simulator, 'login'), 2);
    assert.deepEqual(heard.names('connected', 'closed').length, 7);
  });
});

describe('missed messages', () => {
  async function conversing(t, options) {
    const bot = await connected(t, CONF, { types: [MESSAGES, CONVERSATIONS], ...options });
    await bot.agent.setAgentState({ availability: 'ONLINE' });
    bot.agent.on('routing.RoutingTaskNotification', ({ changes }) => {
      for (const { result } of changes) {
        for (const { ringId, ringState } of result.ringsDetails) {
          if (ringState === 'WAITING') bot.agent.updateRingState({ ringId, ringState: 'ACCEPTED' });
        }
      }
    });
    await bot.agent.subscribeRoutingTasks({});
    await bot.agent.subscribeExConversations({ convState: ['OPEN'] });
    const conversation = await bot.simulator.consumer().startConversation({ skill: '1' });
    await bot.heard.until('the conversation', () =>
      bot.heard
        .all(CONVERSATIONS)
        .flatMap(([{ changes }]) => changes)
        .find(({ result }) => result.conversationDetails.getMyRole() === 'ASSIGNED_AGENT'),
    );
    const texts = () =>
      bot.heard
        .all(MESSAGES)
        .flatMap(([{ changes }]) => changes)
        .filter(({ event }) => event.type === 'ContentEvent')
        .map(({ event }) => event.message);
    const hears = (...expected) =>
      bot.heard
        .until(`the messages ${expected}`, () => texts().length >= expected.length)
        .then(() => turns(5))
        .then(() => assert.deepEqual(texts(), expected));
    return { ...bot, conversation, hears };
  }

  test('are delivered before those that follow, each once', async (t) => {
    const { hears, conversation, connection, heard } = await conversing(t);
    conversation.says('one');
    await hears('one');
    connection.cuts();
    conversation.says('two');
    conversation.says('three');
    await heard.the('connected', 2);
    conversation.says('four');
    await heard.the('ready', 2);
    conversation.says('five');
    await hears('one', 'two', 'three', 'four', 'five');
  });

  test('of a conversation in which nothing was said before', async (t) => {
    const { hears, conversation, connection } = await conversing(t);
    connection.cuts();
    conversation.says('one');
    await hears('one');
  });

  test('are not those that the bot has fetched itself', async (t) => {
    const { hears, conversation, connection, agent, heard } = await conversing(t);
    conversation.says('one');
    await hears('one');
    await agent.subscribeMessagingEvents({ dialogId: conversation.dialogId });
    heard.clear();
    connection.cuts();
    conversation.says('two');
    await hears('two');
  });

  test('a message that was lost on the way is fetched when the next one shows it; a doubled one is dropped', async (t) => {
    const { hears, conversation, simulator } = await conversing(t);
    const type = '.ams.ms.OnlineEventDistribution';
    conversation.says('one');
    await hears('one');
    simulator.fails('notification', { type, lost: true, times: 1 });
    conversation.says('two');
    conversation.says('three');
    await hears('one', 'two', 'three');
    simulator.fails('notification', { type, doubled: true, times: 1 });
    conversation.says('four');
    simulator.fails('notification', { type, reordered: true, times: 1 });
    conversation.says('five');
    conversation.says('six');
    await hears('one', 'two', 'three', 'four', 'five', 'six');
  });

  test('a question that fails is asked again', async (t) => {
    const { hears, conversation, simulator, connection } = await conversing(t);
    conversation.says('one');
    await hears('one');
    simulator.fails('request', { type: '.ams.ms.QueryMessages', code: 500, times: 1 });
    connection.cuts();
    conversation.says('two');
    await hears('one', 'two');
  });

  for (const fault of [{ doubled: true }, { unknown: true }]) {
    test(`an answer that is ${Object.keys(fault)} tells nothing twice`, async (t) => {
      const { hears, conversation, simulator, connection, heard, agent } = await conversing(t);
      agent.requestTimeout = 50;
      conversation.says('one');
      await hears('one');
      simulator.fails('request', { type: '.ams.ms.QueryMessages', times: 1, ...fault });
      connection.cuts();
      conversation.says('two');
      await heard.the('ready', 2);
      conversation.says('three');
      await hears('one', 'two', 'three');
    });
  }

  test('chat states wait for nothing', async (t) => {
    const { conversation, simulator, connection, heard, hears } = await conversing(t);
    conversation.says('one');
    await hears('one');
    simulator.fails('request', { type: '.ams.ms.QueryMessages', hang: true });
    heard.clear();
    connection.cuts();
    await simulator.waitFor('the question', ({ kind, frame }) => kind === 'received' && /Query/.test(frame?.type));
    conversation.says('two');
    conversation.types();
    const [{ changes }] = await heard.the(MESSAGES);
    assert.equal(changes[0].event.chatState, 'COMPOSING');
  });
});
