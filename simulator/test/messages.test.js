'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { conversing, setup } = require('../test-support/setup');

const PUBLISH = '.ams.ms.PublishEvent';
const QUERY = '.ams.ms.QueryMessages';
const TEXT = { type: 'ContentEvent', contentType: 'text/plain' };

test('an event reaches everybody in the dialog, the sender too', async (t) => {
  const { simulator, socket, conversation } = await conversing(t);
  const metadata = [{ type: 'ExternalId', id: 'x' }];
  const answer = await socket.request(
    PUBLISH,
    { dialogId: conversation.dialogId, conversationId: conversation.id, event: { ...TEXT, message: 'hi' } },
    { metadata },
  );
  assert.deepStrictEqual([answer.code, answer.type], [200, '.ams.ms.PublishEvent$Response']);
  assert.deepStrictEqual(answer.body, { sequence: 1 });
  const event = await socket.message(({ sequence }) => sequence === 1);
  const clientProperties = { type: '.ClientProperties', ipAddress: '127.0.0.1' };
  assert.deepStrictEqual(event, {
    sequence: 1,
    originatorId: socket.me.id,
    originatorPId: socket.me.userPid,
    originatorClientProperties: clientProperties,
    originatorMetadata: { id: socket.me.userPid, role: 'ASSIGNED_AGENT', clientProperties },
    serverTimestamp: event.serverTimestamp,
    event: { ...TEXT, message: 'hi' },
    conversationId: conversation.id,
    dialogId: conversation.id,
    messageAudience: 'ALL',
    metadata,
  });
  assert.ok(Math.abs(event.serverTimestamp - simulator.clock.now()) < 60_000);
  const received = await conversation.next();
  assert.deepStrictEqual([received.event.message, received.metadata], ['hi', metadata]);
});

test('sequences start at 0 and count content and accept/read events, not chat states', async (t) => {
  const { socket, conversation } = await conversing(t);
  assert.strictEqual(conversation.events[0].sequence, 0);
  const publish = async (event) => (await socket.request(PUBLISH, { dialogId: conversation.id, event })).body.sequence;
  assert.strictEqual(await publish({ type: 'AcceptStatusEvent', status: 'ACCEPT', sequenceList: [0] }), 1);
  assert.strictEqual(await publish({ type: 'ChatStateEvent', chatState: 'COMPOSING' }), 0);
  assert.strictEqual(await publish({ type: 'RichContentEvent', content: { type: 'vertical', elements: [] } }), 2);
  assert.strictEqual(await publish({ type: 'AcceptStatusEvent', status: 'READ', sequenceList: 0 }), 3);
  assert.strictEqual(conversation.says('next').sequence, 4);
  const chat = await socket.message(({ event }) => event.type === 'ChatStateEvent');
  assert.ok(!('sequence' in chat) && !('serverTimestamp' in chat));
  const accept = await socket.message(({ event }) => event.type === 'AcceptStatusEvent');
  assert.ok('sequence' in accept && 'serverTimestamp' in accept);
});

test('the consumer types, pauses, receives and reads', async (t) => {
  const { socket, conversation } = await conversing(t);
  await socket.says(conversation.id, 'hi');
  const message = await conversation.next();
  conversation.types();
  conversation.pauses();
  conversation.receives(message);
  conversation.reads(message);
  for (const [field, value] of [
    ['chatState', 'COMPOSING'],
    ['chatState', 'PAUSE'],
    ['status', 'ACCEPT'],
    ['status', 'READ'],
  ]) {
    const { event } = await socket.message((body) => body.event[field] === value);
    if (field === 'status') assert.deepStrictEqual(event.sequenceList, [message.sequence]);
  }
});

test('unread messages are counted until they are read', async (t) => {
  const { socket, conversation, consumer } = await conversing(t);
  const unread = (count) => socket.change((details, result) => result.numberOfunreadMessages[consumer.id] === count);
  await socket.says(conversation.id, 'one');
  await unread(1);
  await socket.says(conversation.id, 'two');
  await unread(2);
  conversation.reads(await conversation.next(), await conversation.next());
  await unread(0);
});

test("private messages stay among the brand's people", async (t) => {
  const { simulator, socket, conversation } = await conversing(t);
  const manager = await simulator.manager().joins(conversation);
  const messageAudience = 'AGENTS_AND_MANAGERS';
  await socket.says(conversation.id, 'between us', { messageAudience });
  assert.strictEqual((await socket.message(({ sequence }) => sequence === 1)).messageAudience, messageAudience);
  assert.strictEqual((await manager.next()).event.message, 'hello');
  assert.strictEqual((await manager.next()).event.message, 'between us');
  manager.whispers('so it is');
  assert.ok(await socket.message(({ event }) => event.message === 'so it is'));
  assert.deepStrictEqual(
    conversation.events.map(({ event }) => event.message),
    ['hello'],
  );
});

test('QueryMessages gives the history: newer, older, at most so many', async (t) => {
  const { socket, conversation } = await conversing(t);
  for (const text of ['one', 'two', 'three']) conversation.says(text);
  conversation.types();
  const query = async (range) => {
    const { code, type, body } = await socket.request(QUERY, { dialogId: conversation.id, ...range });
    assert.deepStrictEqual([code, type], [200, '.ams.ms.QueryMessages$Response']);
    return body.map(({ sequence }) => sequence);
  };
  assert.deepStrictEqual(await query({}), [0, 1, 2, 3]);
  assert.deepStrictEqual(await query({ newerThanSequence: 0, fromSeq: 0 }), [0, 1, 2, 3]);
  assert.deepStrictEqual(await query({ newerThanSequence: 2 }), [2, 3]);
  assert.deepStrictEqual(await query({ olderThanSequence: 2 }), [0, 1]);
  assert.deepStrictEqual(await query({ olderThanSequence: 3, maxQuantity: 2 }), [1, 2]);
});

test('the history has the same objects as the notifications', async (t) => {
  const { socket, conversation } = await conversing(t);
  await socket.says(conversation.id, 'hi');
  const live = await socket.message(({ sequence }) => sequence === 1);
  const { body } = await socket.request(QUERY, { dialogId: conversation.id });
  assert.deepStrictEqual(body[1], live);
  assert.strictEqual(body[0].originatorMetadata.role, 'CONSUMER');
});

test('what was missed while offline is not repeated, but is in the history', async (t) => {
  const { simulator, client, socket, conversation } = await conversing(t);
  socket.ws.close();
  await simulator.waitFor('the close', ({ kind }) => kind === 'closed');
  conversation.says('missed');
  const next = await client.open(socket.me.bearer);
  const { body } = await next.request(QUERY, { dialogId: conversation.id });
  assert.deepStrictEqual(
    body.map(({ event }) => event.message),
    ['hello', 'missed'],
  );
  await next.settled();
  assert.deepStrictEqual(next.rest, []);
});

test('all sockets of an agent get its events', async (t) => {
  const { client, socket, conversation } = await conversing(t);
  const second = await client.open(socket.me.bearer);
  conversation.says('to both');
  for (const one of [socket, second]) assert.ok(await one.message(({ event }) => event.message === 'to both'));
});

test('refused: who takes no part, a closed dialog, an unknown dialog, an unknown event', async (t) => {
  const { client, socket, conversation } = await conversing(t);
  const stranger = await client.signIn({ username: 'stranger', password: 'x' });
  const refusal = await stranger.says(conversation.id, 'hi');
  assert.deepStrictEqual(
    [refusal.code, refusal.type, refusal.body],
    [400, '.ReqBody$StringResp', 'Agent does not exist in conversation'],
  );
  assert.strictEqual((await socket.says('unknown', 'hi')).code, 400);
  assert.strictEqual(
    (await socket.request(PUBLISH, { dialogId: conversation.id, event: { type: 'Nonsense' } })).code,
    400,
  );
  await conversation.closes();
  assert.strictEqual((await socket.says(conversation.id, 'hi')).code, 400);
  const query = await socket.request(QUERY, { dialogId: 'unknown' });
  assert.deepStrictEqual([query.code, query.body], [400, 'no conversation to send for MCCA']);
});

test('a scripted consumer says any event, and sees who answers', async (t) => {
  const { simulator } = await setup(t);
  const agent = simulator.agent();
  agent.goesOnline();
  const conversation = await simulator.consumer().startConversation({
    message: { type: 'ContentEvent', contentType: 'forms/secure-submission', message: { submissionId: 's' } },
  });
  const part = await agent.accepts(conversation);
  assert.strictEqual((await part.next()).event.contentType, 'forms/secure-submission');
  part.says('thanks', { metadata: [{ type: 'BotResponse' }] });
  const reply = await conversation.next();
  assert.deepStrictEqual([reply.originatorPId, reply.metadata], [agent.pid, [{ type: 'BotResponse' }]]);
});
