'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { connected, make, names, settled } = require('./kit');

const ME = '777.2001';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const sent = (client) => {
  const [connection, id, text, timeout] = client.last('send');
  return { connection, id, text, timeout, frame: JSON.parse(text) };
};

describe('the frame of a request', () => {
  const cases = [
    ['getClock', {}, '.GetClock', {}],
    ['agentRequestConversation', { a: 1 }, '.ams.cm.AgentRequestConversation', { a: 1, channelType: 'MESSAGING' }],
    [
      'agentRequestConversation',
      { channelType: 'X', a: 1 },
      '.ams.cm.AgentRequestConversation',
      { channelType: 'MESSAGING', a: 1 },
    ],
    [
      'subscribeExConversations',
      { agentIds: ['x', 'pid-2001'], convState: ['OPEN'] },
      '.ams.aam.SubscribeExConversations',
      { agentIds: ['x', ME], convState: ['OPEN'] },
    ],
    ['subscribeExConversations', { agentIds: null, a: 1 }, '.ams.aam.SubscribeExConversations', { a: 1 }],
    ['subscribeExConversations', { agentIds: [] }, '.ams.aam.SubscribeExConversations', { agentIds: [] }],
    ['unsubscribeExConversations', { s: 1 }, '.ams.aam.UnsubscribeExConversations', { s: 1 }],
    [
      'updateConversationField',
      {
        conversationField: [
          { field: 'ParticipantsChange', userId: '', role: 'MANAGER' },
          { field: 'ParticipantsChange', role: 'MANAGER' },
          { field: 'ParticipantsChange', userId: 'x' },
          { field: 'Skill' },
          null,
        ],
      },
      '.ams.cm.UpdateConversationField',
      {
        conversationField: [
          { field: 'ParticipantsChange', userId: ME, role: 'MANAGER' },
          { field: 'ParticipantsChange', role: 'MANAGER', userId: ME },
          { field: 'ParticipantsChange', userId: 'x' },
          { field: 'Skill' },
          null,
        ],
      },
    ],
    [
      'updateConversationField',
      { conversationField: { field: 'ParticipantsChange' } },
      '.ams.cm.UpdateConversationField',
      { conversationField: { field: 'ParticipantsChange', userId: ME } },
    ],
    ['publishEvent', { dialogId: 'd' }, '.ams.ms.PublishEvent', { dialogId: 'd' }],
    ['updateRingState', { ringId: 'r' }, '.ams.routing.UpdateRingState', { ringId: 'r' }],
    [
      'subscribeRoutingTasks',
      {},
      '.ams.routing.SubscribeRoutingTasks',
      { channelType: 'MESSAGING', agentId: ME, brandId: '777' },
    ],
    ['updateRoutingTaskSubscription', { s: 1 }, '.ams.routing.UpdateRoutingTaskSubscription', { s: 1 }],
    ['getUserProfile', 'consumer', '.ams.userprofile.GetUserProfile', 'consumer'],
    [
      'setAgentState',
      { availability: 'ONLINE' },
      '.ams.routing.SetAgentState',
      { availability: 'ONLINE', channels: ['MESSAGING'], agentUserId: ME },
    ],
    ['subscribeAgentsState', {}, '.ams.routing.SubscribeAgentsState', { brandId: '777', agentId: ME }],
    ['subscribeMessagingEvents', { dialogId: 'd' }, '.ams.ms.QueryMessages', { dialogId: 'd', newerThanSequence: 0 }],
    [
      'subscribeMessagingEvents',
      { newerThanSequence: 3, fromSeq: 1e24 },
      '.ams.ms.QueryMessages',
      { newerThanSequence: 1e24, fromSeq: 1e24 },
    ],
    ['generateURLForDownloadFile', {}, '.ams.ms.GenerateURLForDownloadFile', {}],
    ['generateURLForUploadFile', {}, '.ams.ms.GenerateURLForUploadFile', {}],
    ['generateDownloadToken', {}, '.ams.ms.token.GenerateDownloadToken', {}],
  ];

  for (const [method, body, type, expected] of cases) {
    it(`of ${method}(${JSON.stringify(body)})`, async () => {
      const { agent, client } = await connected();
      const before = JSON.stringify(body);
      agent[method](body, () => {});
      const { id, text } = sent(client);
      assert.match(id, UUID);
      assert.equal(text, JSON.stringify({ kind: 'req', id, type, body: expected }));
      assert.equal(JSON.stringify(body), before, 'the body of the caller is untouched');
      agent.dispose();
    });
  }

  it('has {} for a false body, also where the SDK completes it', async () => {
    const { agent, client } = await connected();
    for (const body of [undefined, null, false, 0, '']) {
      agent.getClock(body, () => {});
      assert.deepEqual(sent(client).frame.body, {});
    }
    for (const body of [undefined, null, 'text', 7]) {
      agent.setAgentState(body, () => {});
      assert.deepEqual(sent(client).frame.body, { channels: ['MESSAGING'], agentUserId: ME });
      agent.subscribeMessagingEvents(body, () => {});
      agent.subscribeExConversations(body, () => {});
      agent.updateConversationField(body, () => {});
      assert.deepEqual(sent(client).frame.body, {});
    }
    agent.setAgentState(Object.freeze({ availability: 'AWAY' }), () => {});
    assert.equal(sent(client).frame.body.availability, 'AWAY');
    agent.dispose();
  });

  it('finds the callback in each place and drops what follows it', async () => {
    const { agent, client } = await connected();
    const f = () => {};
    const rest = () => {
      const { headers, metadata, encodedMetadata } = sent(client).frame;
      return [headers, metadata, encodedMetadata];
    };
    agent.publishEvent({}, f, ['meta']);
    assert.deepEqual(rest(), [undefined, undefined, undefined]);
    agent.publishEvent({}, ['h'], f, 'x');
    assert.deepEqual(rest(), [['h'], undefined, undefined]);
    agent.publishEvent({}, null, false, f);
    assert.deepEqual(rest(), [null, false, undefined]);
    agent.publishEvent({}, true, [], 'enc', f);
    assert.deepEqual(rest(), [true, [], 'enc']);
    assert.equal(agent.publishEvent({}, f), undefined);
    agent.dispose();
  });

  it('is emitted whole, with the values of the caller', async () => {
    const { agent } = await connected();
    const when = new Date();
    agent.subscribeExConversations({ when });
    const [name, frame] = agent.heard[0];
    assert.equal(name, 'message:sent');
    assert.deepEqual(Object.keys(frame), ['kind', 'id', 'type', 'body', 'headers', 'metadata', 'encodedMetadata']);
    assert.equal(frame.body.when, when);
    assert.ok('agentIds' in frame.body);
    agent.dispose();
  });
});

describe('a request', () => {
  it('works unbound, has five parameters, and can be overridden and called through super', async () => {
    const { Recorder } = require('./kit');
    class Bot extends Recorder {
      getClock(...args) {
        this.asked = true;
        return super.getClock(...args);
      }
    }
    const { agent, client } = await connected(undefined, Bot);
    assert.equal(agent.publishEvent.length, 5);
    assert.ok(Object.keys(agent).includes('publishEvent'));
    assert.ok(!Object.keys(agent).includes('getClock'));
    agent.getClock({}, () => {});
    assert.ok(agent.asked);
    const { publishEvent } = agent;
    publishEvent.call({ other: 'object' }, { dialogId: 'd' }, () => {});
    assert.equal(sent(client).frame.type, '.ams.ms.PublishEvent');
    agent.dispose();
  });

  it('is answered once, after its event, with null and the body', async () => {
    const { agent, client } = await connected();
    const told = [];
    agent.getClock({}, (...args) => told.push(args) && agent.heard.push(['callback']));
    const { id } = sent(client);
    client.sends({ kind: 'resp', reqId: id, code: 200, type: '.T', body: { now: 1 } });
    client.sends({ kind: 'resp', reqId: id, code: 200, type: '.T', body: { now: 2 } });
    client.says('timeout', id);
    await settled();
    assert.deepEqual(told, [[null, { now: 1 }]]);
    assert.deepEqual(names(agent), ['message:sent', '.T', 'callback', '.T']);
    assert.deepEqual(agent.heard[1], ['.T', { now: 1 }, id]);
    agent.dispose();
  });

  it('that is refused gives the frame to a callback and an error to a promise', async () => {
    const { agent, client } = await connected();
    const told = [];
    agent.getClock({}, (...args) => told.push(args));
    const frame = { kind: 'resp', reqId: sent(client).id, code: 400, type: '.T', body: 'no' };
    client.sends(frame);
    await settled();
    assert.deepEqual(told, [[frame, 'no']]);
    const promise = agent.getClock({});
    client.sends({ ...frame, reqId: sent(client).id });
    const error = await promise.catch((reason) => reason);
    assert.ok(error instanceof Error);
    assert.deepEqual(JSON.parse(JSON.stringify(error)), { code: 400, service: 'messaging', error: null });
    assert.equal(error.body, 'no');
    assert.equal(error.frame.code, 400);
    agent.dispose();
  });

  it('times out, also when the socket closes', async () => {
    const { agent, client } = await connected();
    const told = [];
    agent.getClock({}, (...args) => told.push(args));
    client.says('timeout', sent(client).id);
    await settled();
    agent.getClock({}, (...args) => told.push([...args, agent.connected, ...names(agent).slice(-1)]));
    const { connection } = sent(client);
    client.says('closed', 1, 1001);
    await settled();
    assert.ok(connection > 0);
    assert.equal(told.length, 2);
    assert.equal(told[0].length, 2);
    assert.equal(told[0][0].message, 'Request has timed out');
    assert.deepEqual(told[1].slice(1), [undefined, false, 'message:sent']);
    assert.deepEqual(names(agent), ['message:sent', 'message:sent', 'closed']);
  });

  it('without a socket is refused at once', async () => {
    const { agent } = make();
    const told = [];
    agent.getClock({}, (...args) => told.push(args));
    assert.equal(told[0].length, 1);
    assert.equal(told[0][0].message, 'socket not connected');
    assert.equal(told[0][0].service, 'messaging');
    agent.getClock(); // nobody looks at this one
    await assert.rejects(agent.getClock(), { message: 'socket not connected' });
    agent.dispose();
  });

  it('that JSON cannot express leaves nothing behind', async () => {
    const { agent, client } = await connected();
    const body = {};
    body.body = body;
    assert.throws(() => agent.publishEvent(body, () => assert.fail()), TypeError);
    await assert.rejects(agent.publishEvent({ n: 1n }), TypeError);
    assert.equal(client.count('send'), 0);
    client.says('closed', 1, 1006);
    await settled();
    assert.deepEqual(names(agent), ['closed']);
  });

  it('takes its deadline from the options, from itself, and can be given up', async () => {
    const { agent, client } = await connected({ ...require('./kit').CONF, requestTimeout: '700' });
    assert.equal(agent.requestTimeout, '700');
    agent.getClock({}, () => {});
    assert.equal(sent(client).timeout, 700);
    agent.getClock({}, null, null, null, { timeout: 50 });
    assert.equal(sent(client).timeout, 50);
    const controller = new AbortController();
    const promise = agent.getClock({}, null, null, null, { signal: controller.signal });
    const { id } = sent(client);
    controller.abort();
    await assert.rejects(promise, { name: 'AbortError' });
    client.sends({ kind: 'resp', reqId: id, code: 200, type: '.T', body: {} });
    await assert.rejects(agent.getClock({}, null, null, null, { signal: controller.signal }), { name: 'AbortError' });
    agent.dispose();
  });

  it('leaves together with all others of its tick', async () => {
    const { agent, client } = await connected();
    for (let i = 0; i < 5; i++) agent.getClock({}, () => {});
    assert.equal(client.count('flush'), 0);
    await settled(1);
    assert.equal(client.count('send'), 5);
    assert.equal(client.count('flush'), 1);
    agent.dispose();
  });
});
