'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { conversing, setup } = require('../test-support/setup');

const TEXT = '.ReqBody$StringResp';
const shape = ({ code, type, body }) => ({ code, type, body });

test('GetClock tells the time of the service', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  const before = simulator.clock.now();
  simulator.clock.advance(3_600_000);
  const { code, type, body } = await socket.request('.GetClock', {});
  assert.deepStrictEqual([code, type], [200, '.GetClock$Response']);
  assert.ok(body.currentTime >= before + 3_600_000);
});

test('SetAgentState is 202; an availability that does not exist is 400', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  for (const availability of ['ONLINE', 'OCCUPIED', 'BACK_SOON', 'AWAY', 'OFFLINE']) {
    const answer = await socket.request('.ams.routing.SetAgentState', {
      availability,
      channels: 'MESSAGING',
      agentUserId: socket.me.id,
    });
    assert.deepStrictEqual(shape(answer), { code: 202, type: TEXT, body: 'Agent state updated successfully' });
  }
  assert.strictEqual((await socket.request('.ams.routing.SetAgentState', { availability: 'ASLEEP' })).code, 400);
});

test('SubscribeAgentsState gives the present state and each change', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  const answer = await socket.request('.ams.routing.SubscribeAgentsState', {
    brandId: client.accountId,
    agentId: socket.me.id,
  });
  assert.deepStrictEqual([answer.code, answer.type], [200, '.ams.GenericSubscribe$Response']);
  const first = await socket.notification('AgentStateNotification');
  assert.strictEqual(first.subscriptionId, answer.body.subscriptionId);
  assert.deepStrictEqual(first.changes[0], {
    type: 'UPSERT',
    result: { channels: ['MESSAGING'], availability: 'OFFLINE', description: '', agentUserId: socket.me.id },
  });
  await socket.request('.ams.routing.SetAgentState', { availability: 'AWAY', description: 'lunch' });
  const { result } = (await socket.notification('AgentStateNotification')).changes[0];
  assert.deepStrictEqual([result.availability, result.description], ['AWAY', 'lunch']);
});

test('GetUserProfile takes a field, a bare text, or nothing for the caller', async (t) => {
  const { simulator, client } = await setup(t, { profile: { firstName: 'Ada', lastName: 'Byron' } });
  const consumer = simulator.consumer({ profile: { lastName: 'Lovelace', privateData: { email: 'a@b.test' } } });
  const socket = await client.signIn();
  const expected = { userId: consumer.id, firstName: 'Ada', lastName: 'Lovelace', privateData: { email: 'a@b.test' } };
  for (const body of [consumer.id, { userId: consumer.id }]) {
    const answer = await socket.request('.ams.userprofile.GetUserProfile', body);
    assert.deepStrictEqual(shape(answer), {
      code: 200,
      type: '.ams.userprofile.GetUserProfile$Response',
      body: expected,
    });
  }
  const own = await socket.request('.ams.userprofile.GetUserProfile', {});
  assert.deepStrictEqual(own.body, { userId: socket.me.id });
  assert.strictEqual((await socket.request('.ams.userprofile.GetUserProfile', 'nobody')).code, 400);
});

test('GetBrandProfile answers', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  const answer = await socket.request('.ams.brandprofile.GetBrandProfile', { brandId: client.accountId });
  assert.deepStrictEqual([answer.code, answer.type], [200, '.ams.brandprofile.GetBrandProfile$Response']);
  assert.strictEqual(answer.body.brandId, client.accountId);
});

test('UpdateRoutingTaskSubscription and UnsubscribeExConversations need a subscription of this socket', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  const routing = await socket.request('.ams.routing.SubscribeRoutingTasks', {});
  assert.strictEqual((await socket.request('.ams.routing.UpdateRoutingTaskSubscription', routing.body)).code, 200);
  const { body } = await socket.request('.ams.aam.SubscribeExConversations', {});
  const other = await client.open(socket.me.bearer);
  assert.strictEqual((await other.request('.ams.aam.UnsubscribeExConversations', body)).code, 400);
  const done = await socket.request('.ams.aam.UnsubscribeExConversations', body);
  assert.deepStrictEqual([done.code, done.type], [200, TEXT]);
  assert.match(done.body, /^OK/);
  await simulator.consumer().startConversation({ message: 'hello' });
  await socket.settled();
  assert.strictEqual(socket.rest.filter(({ type }) => type?.includes('ExConversationChange')).length, 1);
});

test('AgentRequestConversation opens a conversation with the agent in it', async (t) => {
  const { simulator, client } = await setup(t);
  const consumer = simulator.consumer();
  const socket = await client.signIn();
  await socket.goesOnline();
  const answer = await socket.request('.ams.cm.AgentRequestConversation', {
    channelType: 'MESSAGING',
    consumerId: consumer.id,
    conversationContext: { type: 'ProactiveContext', originConversationId: 'before' },
  });
  assert.deepStrictEqual([answer.code, answer.type], [200, '.ams.cm.RequestConversation$Response']);
  const { convId, conversationDetails } = await socket.change();
  assert.strictEqual(convId, answer.body.conversationId);
  assert.deepStrictEqual(conversationDetails.participants.ASSIGNED_AGENT, [socket.me.id]);
  assert.strictEqual(conversationDetails.context.type, 'ProactiveContext');
});

test('GenerateDownloadToken answers a token to read a secure form once', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  const { code, type, body } = await socket.request('.ams.ms.token.GenerateDownloadToken', {
    downloadable: { type: 'SecureForm', dialogId: 'd', submissionId: 's', invitationId: 'i' },
  });
  assert.deepStrictEqual([code, type], [200, '.ams.ms.token.GenerateDownloadToken$Response']);
  assert.strictEqual(body.token.type, 'SecureFormReadToken');
  assert.ok(body.token.readOtk);
});

test('the answer comes before what it causes, or after it if so set', async (t) => {
  for (const notificationsFirst of [false, true]) {
    const { socket, conversation } = await conversing(t, { notificationsFirst });
    const id = socket.send('.ams.ms.PublishEvent', {
      dialogId: conversation.dialogId,
      event: { type: 'ContentEvent', contentType: 'text/plain', message: 'order' },
    });
    await socket.settled();
    const answer = socket.rest.findIndex(({ reqId }) => reqId === id);
    const event = socket.rest.findIndex(({ body }) => body?.event?.message === 'order');
    assert.strictEqual(event < answer, notificationsFirst);
  }
});
