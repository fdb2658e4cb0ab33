'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { connected, settled } = require('./kit');
const { Agent } = require('../..');

const notification = (type, body = {}) => ({ kind: 'notification', type, body });
const RESILIENT = { accountId: '1', username: 'u', password: 'p', refreshSessionToken: false };

/** The types that the core was told to ignore. */
const ignored = (client) => client.calls.filter(([name]) => name === 'ignore').map(([, type]) => type);

async function hears(client, ...messages) {
  for (const message of messages) client.sends(message);
  await settled();
}

describe('what nobody listens to', () => {
  it('is ignored from its first notification on', async (t) => {
    const { agent, client } = await connected(undefined, Agent);
    t.after(() => agent.dispose());
    agent.on('.heard', () => {});
    await hears(client, notification('.heard'), notification('.unheard'));
    await hears(client, notification('.ams.ms.OnlineEventDistribution', { dialogId: 'd', originatorId: 'o' }));
    assert.deepEqual(ignored(client), ['.unheard', '.ams.ms.OnlineEventDistribution']);
  });

  it('is not ignored where its transform may have something to say', async (t) => {
    const { agent, client } = await connected(undefined, Agent);
    t.after(() => agent.dispose());
    await hears(
      client,
      notification('.ams.aam.ExConversationChangeNotification', { changes: [] }),
      notification('.ams.routing.RoutingTaskNotification', { changes: [] }),
      notification('.ams.routing.AgentStateNotification', { changes: [] }),
      notification(7),
      { kind: 'resp', type: '.unheard', reqId: '1', code: 200 },
    );
    assert.deepEqual(ignored(client), []);
  });

  it('is not ignored where all is heard, in one way or the other', async () => {
    const ways = {
      'a listener for notification': (agent) => agent.on('notification', () => {}),
      'an emit of its own': (agent) => {
        agent.emit = () => {};
      },
      'a listener under the name that bots know': (agent) => agent.on('ms.MessagingEventNotification', () => {}),
    };
    for (const [what, listen] of Object.entries(ways)) {
      const { agent, client } = await connected(undefined, Agent);
      listen(agent);
      await hears(client, notification('.ams.ms.OnlineEventDistribution', { dialogId: 'd' }));
      assert.deepEqual(ignored(client), [], what);
      agent.dispose();
    }
    const { agent, client } = await connected();
    await hears(client, notification('.unheard'));
    assert.deepEqual(ignored(client), [], 'a subclass with an emit of its own');
    agent.dispose();
  });

  it('is not ignored where the SDK itself follows it', async () => {
    for (const [options, expected] of [
      [{ resubscribe: true }, []],
      [{ reconnect: true }, ['.unheard']],
    ]) {
      const { agent, client } = await connected({ ...RESILIENT, ...options }, Agent);
      await hears(client, notification('.unheard'));
      assert.deepEqual(ignored(client), expected, JSON.stringify(options));
      agent.dispose();
    }
  });

  it('is heeded before anybody begins to listen, however they do', async () => {
    for (const method of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener']) {
      const { agent, client } = await connected(undefined, Agent);
      await hears(client, notification('.unheard'));
      assert.equal(client.count('heed'), 0);
      const listener = () => {};
      assert.equal(agent[method]('.other', listener), agent);
      assert.equal(client.count('heed'), 1, method);
      assert.deepEqual(agent.listeners('.other'), [listener]);
      agent[method]('.unheard', listener);
      assert.equal(client.count('heed'), 1, 'nothing was ignored any more');
      agent.dispose();
    }
  });

  it('changes nothing about the methods of an emitter', () => {
    for (const method of ['on', 'addListener', 'prependListener']) {
      assert.deepEqual([Agent.prototype[method].name, Agent.prototype[method].length], [method, 2]);
      assert.equal(Object.keys(Agent.prototype).includes(method), false);
      const other = new (require('node:events').EventEmitter)();
      Agent.prototype[method].call(other, 'x', () => {});
      assert.equal(other.listenerCount('x'), 1, 'on an emitter that is no agent');
      assert.throws(() => Agent.prototype[method].call(other, 'x', 'no function'), { code: 'ERR_INVALID_ARG_TYPE' });
    }
  });
});
