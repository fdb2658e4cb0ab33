'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { conversing, setup } = require('../test-support/setup');

const RING = '.ams.routing.UpdateRingState';

test('a subscription to rings begins with an empty list, or with the ring that waits', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  const answer = await socket.request('.ams.routing.SubscribeRoutingTasks', {
    channelType: 'MESSAGING',
    brandId: client.accountId,
    agentId: socket.me.id,
  });
  assert.deepStrictEqual([answer.code, answer.type], [200, '.ams.GenericSubscribe$Response']);
  const first = await socket.notification('RoutingTaskNotification');
  assert.deepStrictEqual(first, { subscriptionId: answer.body.subscriptionId, changes: [] });
  await socket.request('.ams.routing.SetAgentState', { availability: 'ONLINE' });
  await simulator.consumer().startConversation();
  await socket.rings();
  await socket.request('.ams.routing.SubscribeRoutingTasks', {});
  assert.strictEqual((await socket.rings()).ringsDetails.length, 1);
});

test('a ring says what LivePerson documents', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  await socket.goesOnline();
  const consumer = simulator.consumer();
  const { id } = await consumer.startConversation({ skill: 5, ttr: 3_600_000 });
  const task = await socket.rings();
  const { taskCompleted, conversationId, consumerId, skillId, brandId, assignedAgentId, ringsDetails } = task;
  assert.deepStrictEqual(
    [taskCompleted, conversationId, consumerId, skillId, brandId, assignedAgentId],
    [false, id, consumer.id, '5', client.accountId, socket.me.id],
  );
  const [ring] = ringsDetails;
  const created = Number(ring.ringId.split('_')[2]);
  assert.strictEqual(ring.ringId, `${id}_${client.accountId}_${created}`);
  assert.deepStrictEqual(
    { ...ring },
    {
      ringId: ring.ringId,
      ringExpirationTs: created + 72_000,
      ringExpiration: 72_000,
      ringState: 'WAITING',
      weight: created + 3_600_000,
      brandId: client.accountId,
      convId: id,
      consumerId: consumer.id,
      skillId: '5',
    },
  );
});

test('an accepted ring: 202, then the ring ACCEPTED, then the conversation with the agent', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  await socket.goesOnline({ agentIds: [socket.me.id] });
  const { id } = await simulator.consumer().startConversation();
  const { answer } = await socket.accepts();
  assert.deepStrictEqual(
    [answer.code, answer.type, answer.body],
    [202, '.ReqBody$StringResp', 'Ring state updated successfully'],
  );
  await socket.settled();
  const [ring, conversation] = socket.rest;
  assert.strictEqual(ring.body.changes[0].result.ringsDetails[0].ringState, 'ACCEPTED');
  assert.strictEqual(ring.body.changes[0].result.taskCompleted, true);
  assert.strictEqual(conversation.body.changes[0].result.convId, id);
  const { participants } = conversation.body.changes[0].result.conversationDetails;
  assert.deepStrictEqual(participants.ASSIGNED_AGENT, [socket.me.id]);
});

test('a ring expires after 72 s and the agent is rung again; accepting the old one is 400', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  await socket.goesOnline();
  await simulator.consumer().startConversation();
  const old = (await socket.rings()).ringsDetails[0].ringId;
  simulator.clock.advance(71_000);
  await socket.settled();
  assert.deepStrictEqual(
    socket.rest.filter(({ type }) => type?.includes('RoutingTask')),
    [],
  );
  simulator.clock.advance(1000);
  assert.strictEqual((await socket.rings('EXPIRED')).ringsDetails[0].ringId, old);
  const late = await socket.request(RING, { ringId: old, ringState: 'ACCEPTED' });
  assert.deepStrictEqual([late.code, late.type], [400, '.ReqBody$StringResp']);
  simulator.clock.advance(5000);
  const again = (await socket.rings()).ringsDetails[0].ringId;
  assert.notStrictEqual(again, old);
  assert.strictEqual((await socket.request(RING, { ringId: again, ringState: 'ACCEPTED' })).code, 202);
});

test('a rejected ring goes to the next agent at once', async (t) => {
  const { simulator, client } = await setup(t);
  const colleague = simulator.agent();
  const socket = await client.signIn();
  await socket.goesOnline();
  const conversation = await simulator.consumer().startConversation();
  const { ringsDetails } = await socket.rings();
  colleague.goesOnline();
  const answer = await socket.request(RING, { ringId: ringsDetails[0].ringId, ringState: 'REJECTED' });
  assert.strictEqual(answer.code, 202);
  await socket.rings('REJECTED');
  await colleague.accepts(conversation);
  assert.deepStrictEqual(conversation.details.participants.ASSIGNED_AGENT, [colleague.id]);
});

test('a ring is cancelled when the consumer closes, or another agent takes over', async (t) => {
  const { simulator, client } = await setup(t);
  const manager = simulator.manager();
  const socket = await client.signIn();
  await socket.goesOnline();
  const first = await simulator.consumer().startConversation();
  await socket.rings();
  await first.closes();
  await socket.rings('CANCELLED');
  const second = await simulator.consumer().startConversation();
  await socket.rings();
  await manager.joins(second, 'ASSIGNED_AGENT');
  await socket.rings('CANCELLED');
});

test('an unknown ring, a ring of somebody else and an unknown state are 400', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  await socket.goesOnline();
  await simulator.consumer().startConversation();
  const [{ ringId }] = (await socket.rings()).ringsDetails;
  const other = await client.signIn({ username: 'other', password: 'x' });
  assert.strictEqual((await socket.request(RING, { ringId: 'none', ringState: 'ACCEPTED' })).code, 400);
  assert.strictEqual((await other.request(RING, { ringId, ringState: 'ACCEPTED' })).code, 400);
  assert.strictEqual((await socket.request(RING, { ringId, ringState: 'WAITING' })).code, 400);
  assert.strictEqual((await socket.request(RING, { ringId, ringState: 'ACCEPTED' })).code, 202);
  assert.strictEqual((await socket.request(RING, { ringId, ringState: 'ACCEPTED' })).code, 400);
});

test('nothing rings for an agent that is not ONLINE, lacks the skill, or is full', async (t) => {
  const { simulator, client } = await setup(t);
  simulator.agent({ username: 'bot', skills: ['5'], maxConversations: 1 });
  const socket = await client.signIn();
  await socket.request('.ams.routing.SubscribeRoutingTasks', {});
  await socket.notification('RoutingTaskNotification');
  const consumer = simulator.consumer();
  await consumer.startConversation({ skill: '6' });
  const first = await consumer.startConversation({ skill: '5' });
  const second = await consumer.startConversation({ skill: '5' });
  await socket.settled();
  assert.deepStrictEqual(socket.rest, []);
  await socket.request('.ams.routing.SetAgentState', { availability: 'ONLINE' });
  assert.strictEqual((await socket.accepts()).conversationId, first.id);
  await socket.rings('ACCEPTED');
  await socket.settled();
  assert.deepStrictEqual(socket.rest, []);
  await first.closes();
  assert.strictEqual((await socket.rings()).conversationId, second.id);
});

test('an OCCUPIED agent is offered transfers only', async (t) => {
  const { simulator, client } = await setup(t);
  const colleague = simulator.agent({ skills: ['5'] });
  colleague.goesOnline();
  const conversation = await simulator.consumer().startConversation({ skill: '5' });
  const part = await colleague.accepts(conversation);
  const socket = await client.signIn();
  await socket.goesOnline();
  await socket.request('.ams.routing.SetAgentState', { availability: 'OCCUPIED' });
  await simulator.consumer().startConversation({ skill: '6' });
  await socket.settled();
  assert.deepStrictEqual(
    socket.rest.filter(({ type }) => type?.includes('RoutingTask')),
    [],
  );
  part.transfers({ skill: '6' });
  assert.strictEqual((await socket.rings()).conversationId, conversation.id);
});

test('taskDelete: a finished task is sent as DELETE, with or without its rings', async (t) => {
  for (const [taskDelete, hasRings] of [
    ['full', true],
    ['bare', false],
  ]) {
    const { simulator, client } = await setup(t, { taskDelete });
    const socket = await client.signIn();
    await socket.goesOnline();
    await simulator.consumer().startConversation();
    await socket.accepts();
    const { changes } = await socket.notification(
      'RoutingTaskNotification',
      (body) => body.changes[0].type === 'DELETE',
    );
    assert.strictEqual('ringsDetails' in changes[0].result, hasRings);
  }
});

test('a transfer to a skill: the agent leaves and the next one is rung', async (t) => {
  const { simulator, client, socket, conversation } = await conversing(t);
  const other = await client.signIn({ username: 'other', password: 'x' });
  const { code, body } = await socket.update(
    conversation.id,
    { field: 'ParticipantsChange', type: 'REMOVE', role: 'ASSIGNED_AGENT' },
    { field: 'Skill', type: 'UPDATE', skill: '9' },
  );
  assert.deepStrictEqual([code, body], [200, 'OK Agent removed successfully']);
  assert.strictEqual(conversation.details.skillId, '9');
  assert.deepStrictEqual(conversation.details.participants.ASSIGNED_AGENT, []);
  await other.goesOnline();
  assert.strictEqual((await other.accepts()).conversationId, conversation.id);
  await socket.settled();
  assert.ok(!socket.rest.some((frame) => frame.body?.changes?.[0].result.ringsDetails?.[0].ringState === 'WAITING'));
  assert.ok(simulator.log.length > 0);
});

test('a transfer to an agent: suggested, rung first, and assigned on accepting', async (t) => {
  const { simulator, socket, conversation } = await conversing(t);
  const chosen = simulator.agent({ skills: ['5'] });
  const rival = simulator.agent({ skills: ['5'] });
  chosen.goesOnline();
  rival.goesOnline();
  const { body } = await socket.update(
    conversation.id,
    { field: 'ParticipantsChange', type: 'REMOVE', role: 'ASSIGNED_AGENT' },
    { field: 'ParticipantsChange', type: 'SUGGEST', role: 'ASSIGNED_AGENT', userId: chosen.id },
    { field: 'Skill', type: 'UPDATE', skill: '5' },
  );
  assert.strictEqual(body, 'OK Agent removed successfully');
  const { participants, dialogs } = conversation.details;
  assert.deepStrictEqual(participants.ASSIGNED_AGENT, []);
  assert.deepStrictEqual(dialogs[0].participantsDetails[1], {
    id: chosen.id,
    role: 'ASSIGNED_AGENT',
    state: 'SUGGESTED',
  });
  await chosen.accepts(conversation);
  const after = conversation.details;
  assert.deepStrictEqual(after.participants.ASSIGNED_AGENT, [chosen.id]);
  assert.deepStrictEqual(
    after.dialogs[0].participantsDetails.map(({ state }) => state),
    ['ACTIVE', 'ACTIVE'],
  );
});

test('a suggested agent who rejects is no longer suggested, and the skill is rung', async (t) => {
  const { simulator, socket, conversation } = await conversing(t);
  const chosen = simulator.agent({ skills: ['5'] });
  const rival = simulator.agent({ skills: ['5'] });
  chosen.goesOnline();
  rival.goesOnline();
  await socket.update(
    conversation.id,
    { field: 'ParticipantsChange', type: 'REMOVE' },
    { field: 'ParticipantsChange', type: 'SUGGEST', userId: chosen.pid },
    { field: 'Skill', skill: '5' },
  );
  await chosen.rejects(conversation);
  await rival.accepts(conversation);
  assert.deepStrictEqual(conversation.details.participants.ASSIGNED_AGENT, [rival.id]);
});

test('an agent set up so has its rings accepted by the service', async (t) => {
  const { simulator, client } = await setup(t);
  simulator.agent({ username: 'bot', autoAccept: true });
  const socket = await client.signIn();
  await socket.goesOnline();
  const conversation = await simulator.consumer().startConversation();
  assert.strictEqual((await socket.rings('AUTO_ACCEPT')).taskCompleted, true);
  assert.deepStrictEqual(conversation.details.participants.ASSIGNED_AGENT, [socket.me.id]);
});
