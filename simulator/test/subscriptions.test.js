'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { conversing, setup } = require('../test-support/setup');

const SUBSCRIBE = '.ams.aam.SubscribeExConversations';

async function snapshot(socket, body) {
  const answer = await socket.request(SUBSCRIBE, body);
  const { subscriptionId } = answer.body;
  const isIt = (notification) => notification.subscriptionId === subscriptionId;
  const { changes } = await socket.notification('ExConversationChangeNotification', isIt);
  return { answer, ids: changes.map(({ result }) => result.convId), changes };
}

test('the answer has the id, then comes the full state, empty if there is none', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  const { answer, changes } = await snapshot(socket, { convState: ['OPEN'] });
  assert.deepStrictEqual([answer.code, answer.type], [200, '.ams.aam.SubscribeExConversations$Response']);
  assert.deepStrictEqual(changes, []);
});

test('every field of a subscription selects, as a list or as a bare element', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  const agent = simulator.agent();
  agent.goesOnline();
  const [one, other] = [simulator.consumer(), simulator.consumer()];
  const closed = await one.startConversation();
  await agent.accepts(closed);
  await closed.closes();
  simulator.clock.advance(1000);
  const now = simulator.clock.now();
  simulator.clock.advance(1000);
  const surveyed = await one.startConversation({ survey: true });
  await agent.accepts(surveyed);
  await surveyed.closes();
  const open = await other.startConversation();
  const cases = [
    [{}, [closed, surveyed, open]],
    [{ convState: ['OPEN'] }, [open]],
    [{ convState: 'CLOSE' }, [closed, surveyed]],
    [{ convState: ['OPEN', 'CLOSE'] }, [closed, surveyed, open]],
    [{ stage: ['OPEN'] }, [surveyed, open]],
    [{ stage: 'CLOSE' }, [closed]],
    [{ agentIds: [agent.id] }, [closed, surveyed]],
    [{ agentIds: agent.id, stage: ['OPEN'] }, [surveyed]],
    [{ consumerId: other.id }, [open]],
    [{ conversationId: closed.id }, [closed]],
    [{ dialogTypes: ['POST_SURVEY'] }, [surveyed]],
    [{ minLastUpdatedTime: now }, [surveyed, open]],
    [{ maxLastUpdatedTime: now }, [closed]],
    [{ brandId: client.accountId, skills: ['nothing'] }, [closed, surveyed, open]],
  ];
  for (const [body, expected] of cases) {
    const { ids } = await snapshot(socket, body);
    assert.deepStrictEqual(ids.sort(), expected.map(({ id }) => id).sort(), JSON.stringify(body));
  }
});

test('the first notification holds at most 1001 conversations, the newest', async (t) => {
  const { simulator, client } = await setup(t);
  const consumer = simulator.consumer();
  const first = await consumer.startConversation();
  simulator.clock.advance(1);
  for (let count = 0; count < 1001; count++) await consumer.startConversation();
  const { ids } = await snapshot(await client.signIn(), {});
  assert.strictEqual(ids.length, 1001);
  assert.ok(!ids.includes(first.id));
});

test('afterwards come single changes with the whole conversation, and a DELETE when it no longer matches', async (t) => {
  const { client, socket, conversation } = await conversing(t, {}, { filter: { convState: ['OPEN'] } });
  conversation.says('more');
  const { lastContentEventNotification, numberOfunreadMessages } = await socket.change(
    (details, result) => result.lastContentEventNotification?.event.message === 'more',
  );
  assert.ok(!('messageAudience' in lastContentEventNotification));
  assert.strictEqual(numberOfunreadMessages[socket.me.id], 1);
  await conversation.closes();
  const gone = await socket.change(undefined, 'DELETE');
  const { state, stage, closeReason, endTs } = gone.conversationDetails;
  assert.deepStrictEqual([gone.effectiveTTR, state, stage, closeReason], [-1, 'CLOSE', 'CLOSE', 'CONSUMER']);
  assert.ok(endTs > 0);
  assert.ok((await snapshot(await client.signIn(), { convState: ['CLOSE'] })).ids.includes(conversation.id));
});

test('a conversation leaves the subscription of the agent who leaves it', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  await socket.goesOnline({ agentIds: [socket.me.id], convState: ['OPEN'] });
  const conversation = await simulator.consumer().startConversation();
  await socket.accepts();
  await socket.change();
  await socket.update(conversation.id, { field: 'ParticipantsChange', type: 'REMOVE' });
  assert.strictEqual((await socket.change(undefined, 'DELETE')).convId, conversation.id);
});

test('a conversation looks as node-agent-sdk has recorded it', async (t) => {
  const { client, socket, conversation, consumer } = await conversing(t);
  const { changes } = await snapshot(socket, { conversationId: conversation.id });
  const [{ type, result }] = changes;
  assert.strictEqual(type, 'UPSERT');
  assert.strictEqual(result.convId, conversation.id);
  const details = result.conversationDetails;
  assert.deepStrictEqual(details.participants, {
    CONSUMER: [consumer.id],
    ASSIGNED_AGENT: [socket.me.id],
    MANAGER: [],
    READER: [],
  });
  assert.deepStrictEqual(details.participantsPId, {
    CONSUMER: [consumer.id],
    ASSIGNED_AGENT: [socket.me.userPid],
    MANAGER: [],
    READER: [],
  });
  const [dialog] = details.dialogs;
  assert.deepStrictEqual(
    [dialog.dialogId, dialog.dialogType, dialog.channelType, dialog.state],
    [conversation.id, 'MAIN', 'MESSAGING', 'OPEN'],
  );
  assert.deepStrictEqual(dialog.participantsDetails, [
    { id: consumer.id, role: 'CONSUMER', state: 'ACTIVE' },
    { id: socket.me.id, role: 'ASSIGNED_AGENT', state: 'ACTIVE' },
  ]);
  const { brandId, skillId, state, stage, firstConversation, csatRate, ttr, context } = details;
  assert.deepStrictEqual(
    [brandId, skillId, state, stage, firstConversation, csatRate, ttr, context.type],
    [client.accountId, '5', 'OPEN', 'OPEN', true, 0, { ttrType: 'NORMAL', value: 1200 }, 'SharkContext'],
  );
  assert.deepStrictEqual(details.conversationHandlerDetails, { accountId: client.accountId, skillId: '5' });
  assert.ok(details.startTs && details.metaDataLastUpdateTs && result.lastUpdateTime && result.effectiveTTR);
  assert.ok(!('endTs' in details) && !('closeReason' in details));
});

test('v=2 has no participant states and does not show what is only suggested; v=2.1 does', async (t) => {
  const { simulator, client } = await setup(t);
  const credentials = { username: 'chosen', password: 'x' };
  const old = await client.signIn(credentials, { query: '?v=2' });
  const recent = await client.open(old.me.bearer, { query: '?v=2.1' });
  for (const socket of [old, recent]) await socket.goesOnline({ agentIds: [old.me.id] });
  const agent = simulator.agent({ skills: ['5'] });
  agent.goesOnline();
  await old.request('.ams.routing.SetAgentState', { availability: 'AWAY' });
  const conversation = await simulator.consumer().startConversation({ skill: '5' });
  const part = await agent.accepts(conversation);
  await old.request('.ams.routing.SetAgentState', { availability: 'ONLINE' });
  part.transfers({ to: { id: old.me.id }, skill: '5' });
  const { conversationDetails } = await recent.change();
  assert.ok(conversationDetails.dialogs[0].participantsDetails.some(({ state }) => state === 'SUGGESTED'));
  assert.deepStrictEqual(conversationDetails.participants.ASSIGNED_AGENT, []);
  await old.settled();
  assert.ok(!old.rest.some(({ type }) => type?.includes('ExConversationChange')));
  await old.accepts();
  const details = (await old.change()).conversationDetails;
  assert.ok(details.dialogs[0].participantsDetails.every((one) => !('state' in one)));
});

test('subscriptions end with their socket', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  const { answer } = await snapshot(socket, {});
  const next = await client.open(socket.me.bearer);
  socket.ws.close();
  await simulator.waitFor('the close', ({ kind }) => kind === 'closed');
  await simulator.consumer().startConversation();
  const end = await next.request('.ams.aam.UnsubscribeExConversations', answer.body);
  assert.strictEqual(end.code, 400);
  assert.deepStrictEqual(next.rest, []);
});

test('accounts do not see each other', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  await socket.goesOnline({});
  const conversation = await simulator.consumer({ accountId: '999' }).startConversation({ message: 'hello' });
  await socket.settled();
  assert.deepStrictEqual(socket.rest, []);
  const { code } = await socket.update(conversation.id, { field: 'Note', note: 'mine?' });
  assert.strictEqual(code, 400);
});
