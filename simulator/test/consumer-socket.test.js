'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { setup } = require('../test-support/setup');

const text = (message) => ({ type: 'ContentEvent', contentType: 'text/plain', message });
const authentication = (jwt) => ({ type: '.ams.headers.ConsumerAuthentication', jwt });

/** A simulator, an agent of it who is online, and a plain client's socket of a consumer. */
async function consuming(t, options) {
  const { simulator, client } = await setup(t, options);
  const agent = simulator.agent({ username: 'ann' });
  agent.goesOnline();
  const consumer = simulator.consumer();
  const path = `/ws_api/account/${client.accountId}/messaging/consumer?v=3`;
  const open = (headers, at = path) => client.open(undefined, { path: at, headers });
  const refused = (headers, at = path) => client.refused(undefined, { path: at, headers });
  const socket = await open({ authorization: `jwt ${consumer.jwt}` });
  return { simulator, client, agent, consumer, path, open, refused, socket };
}

const starts = async (socket, body) =>
  (await socket.request('cm.ConsumerRequestConversation', body)).body.conversationId;

const says = (socket, dialogId, message, more) =>
  socket.request('ms.PublishEvent', { dialogId, event: text(message) }, more);

const events = (socket, test) =>
  socket.notification('MessagingEventNotification', ({ changes }) => test === undefined || changes.some(test));

const conversations = (socket, test = () => true) =>
  socket
    .notification('ExConversationChangeNotification', ({ changes }) => changes.some(test))
    .then(({ changes }) => changes.find(test));

const refusal = ({ kind, code, type, body }) => {
  assert.deepStrictEqual([kind, type, typeof body], ['resp', 'StringResponse', 'string']);
  return code;
};

test("a consumer's whole conversation with a bot, which sees nothing unusual", async (t) => {
  const { agent, consumer, open } = await consuming(t);
  const socket = await open();
  const headers = [{ type: '.ams.headers.ClientProperties', os: 'LINUX' }, authentication(consumer.jwt)];
  const initialized = await socket.request('InitConnection', undefined, { headers });
  assert.deepStrictEqual([initialized.code, initialized.type], [200, 'StringResponse']);
  const clock = await socket.request('GetClock', {});
  assert.deepStrictEqual([clock.type, typeof clock.body.currentTime], ['GetClockResponse', 'number']);

  const subscribed = await socket.request('cqm.SubscribeExConversations', { convState: ['OPEN'] });
  assert.deepStrictEqual([subscribed.code, subscribed.type], [200, 'cqm.SubscribeExConversationsResponse']);
  assert.deepStrictEqual(await socket.notification('ExConversationChangeNotification'), {
    subscriptionId: subscribed.body.subscriptionId,
    changes: [],
  });

  const requested = await socket.request('cm.ConsumerRequestConversation', { skillId: '5' });
  assert.deepStrictEqual([requested.code, requested.type], [200, 'cm.RequestConversationResponse']);
  const { conversationId } = requested.body;
  const opened = await conversations(socket, ({ result }) => result.convId === conversationId);
  assert.deepStrictEqual([opened.type, opened.result.conversationDetails.state], ['UPSERT', 'OPEN']);
  assert.strictEqual(opened.result.conversationDetails.skillId, '5');
  assert.deepStrictEqual(opened.result.conversationDetails.participants, [{ id: consumer.id, role: 'CONSUMER' }]);

  const said = await says(socket, conversationId, 'hello');
  assert.deepStrictEqual([said.code, said.type, said.body], [200, 'ms.PublishEventResponse', { sequence: 0 }]);

  const part = await agent.accepts({ id: conversationId });
  const assigned = { id: agent.pid, role: 'ASSIGNED_AGENT' };
  await conversations(socket, ({ result }) =>
    result.conversationDetails.participants.some(({ id, role }) => id === assigned.id && role === assigned.role),
  );
  const heard = await part.next();
  assert.deepStrictEqual([heard.event.message, heard.originatorId], ['hello', consumer.id]);
  assert.strictEqual(part.details.context.clientProperties.os, 'LINUX');

  const listening = await socket.request('ms.SubscribeMessagingEvents', { dialogId: conversationId, fromSeq: 0 });
  assert.deepStrictEqual([listening.code, listening.type], [200, 'GenericSubscribeResponse']);
  const history = await events(socket);
  assert.deepStrictEqual(
    history.changes.map(({ sequence, originatorId, event }) => [sequence, originatorId, event.message]),
    [[0, consumer.id, 'hello']],
  );

  part.types();
  const typing = (await events(socket)).changes[0];
  assert.deepStrictEqual(typing, {
    originatorId: agent.pid,
    originatorMetadata: assigned,
    event: { type: 'ChatStateEvent', chatState: 'COMPOSING' },
    conversationId,
    dialogId: conversationId,
  });
  part.whispers('careful');
  part.reads(heard);
  part.says('how can I help?');
  const isAnswer = ({ event }) => event.message === 'how can I help?';
  assert.deepStrictEqual((await events(socket)).changes[0].event.sequenceList, [0]);
  const answer = (await events(socket)).changes.find(isAnswer);
  assert.deepStrictEqual([answer.sequence, answer.originatorId], [3, agent.pid]);
  assert.strictEqual(typeof answer.serverTimestamp, 'number');

  const dialog = { dialogId: conversationId, state: 'CLOSE', closedCause: 'Closed by consumer' };
  const conversationField = { field: 'DialogChange', type: 'UPDATE', dialog };
  const closed = await socket.request('cm.UpdateConversationField', { conversationId, conversationField });
  assert.deepStrictEqual(
    [closed.code, closed.type, closed.body],
    [200, 'StringResponse', 'OK Conversation resolved successfully'],
  );
  const gone = await conversations(socket, ({ type }) => type === 'DELETE');
  assert.deepStrictEqual([gone.result.conversationDetails.closeReason, gone.result.effectiveTTR], ['CONSUMER', -1]);
  assert.strictEqual((await part.closed()).dialogs[0].closedBy, 'CONSUMER');
  assert.strictEqual(refusal(await says(socket, conversationId, 'still there?')), 400);
});

test('the token names the consumer, and comes in a header or with InitConnection', async (t) => {
  const { simulator, client, consumer, open, refused } = await consuming(t);
  const [header, payload, signature] = consumer.jwt.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  assert.deepStrictEqual([claims.sub, claims.aud], [consumer.id, `acc:${client.accountId}`]);
  assert.ok(claims.exp > claims.iat && signature.length > 300 && JSON.parse(Buffer.from(header, 'base64url')).alg);
  assert.strictEqual(consumer.jwt, consumer.jwt);

  const bot = simulator.agent({ username: 'bot', token: 'bearer-of-an-agent' });
  const elsewhere = simulator.consumer({ accountId: '999' }).jwt;
  const bad = [`${header}.${payload}.`, `${header}.${payload}.AAAA`, bot.token, elsewhere, 'x'];
  for (const jwt of bad) {
    assert.strictEqual(await refused({ authorization: `jwt ${jwt}` }), 'Unexpected server response: 401');
    const socket = await open();
    assert.strictEqual(
      refusal(await socket.request('InitConnection', undefined, { headers: [authentication(jwt)] })),
      401,
    );
    assert.strictEqual(refusal(await socket.request('cm.ConsumerRequestConversation', {})), 401);
  }
  assert.strictEqual(await client.refused(consumer.jwt), 'Unexpected server response: 401');
});

test('before InitConnection nothing else is answered; afterwards the consumer stays the same', async (t) => {
  const { simulator, consumer, open } = await consuming(t);
  const socket = await open();
  assert.strictEqual(refusal(await socket.request('GetClock', {})), 401);
  assert.strictEqual(refusal(await socket.request('InitConnection', {})), 401);
  const init = (jwt) => socket.request('InitConnection', {}, { headers: authentication(jwt) });
  assert.strictEqual((await init(consumer.jwt)).code, 200);
  assert.strictEqual((await init(consumer.jwt)).code, 200);
  assert.strictEqual(refusal(await init(simulator.consumer().jwt)), 400);
  assert.strictEqual((await socket.request('GetClock', {})).code, 200);
});

test('client properties may come in a header; the context of the request goes beside them', async (t) => {
  const { simulator, agent, consumer, open } = await consuming(t);
  const headers = { authorization: `jwt ${consumer.jwt}`, 'client-properties': '{"features":["RICH_CONTENT"]}' };
  const socket = await open(headers);
  const conversationContext = { type: 'SharkContext', lang: 'de-DE' };
  const id = await starts(socket, { conversationContext, brandId: simulator.settings.accountId, skillId: null });
  const { context } = (await agent.accepts({ id })).details;
  assert.deepStrictEqual(context, {
    clientProperties: { type: '.ClientProperties', features: ['RICH_CONTENT'] },
    ...conversationContext,
  });
  const other = await open({ ...headers, 'client-properties': 'no JSON' });
  assert.strictEqual((await agent.accepts({ id: await starts(other) })).details.context.lang, 'en-US');
});

test('events come only for dialogs that were subscribed to, and the history from a sequence on', async (t) => {
  const { agent, socket, open, consumer } = await consuming(t);
  const id = await starts(socket);
  const part = await agent.accepts({ id });
  await says(socket, id, 'one');
  part.says('two');
  const late = await open({ authorization: `jwt ${consumer.jwt}` });
  await late.request('ms.SubscribeMessagingEvents', { conversationId: id, fromSeq: 1 });
  const messages = async () => (await events(late)).changes.map(({ event }) => event.message);
  assert.deepStrictEqual(await messages(), ['two']);
  await says(socket, id, 'three', { metadata: [{ type: 'ExternalId', id: 'x' }] });
  const { changes } = await events(late);
  assert.deepStrictEqual(changes[0].metadata, [{ type: 'ExternalId', id: 'x' }]);
  await socket.request('GetClock', {});
  assert.deepStrictEqual(socket.rest, []);
  await late.request('ms.SubscribeMessagingEvents', { dialogId: id, fromSeq: 3 });
  part.says('four');
  assert.deepStrictEqual(await messages(), ['four']);
  await late.request('GetClock', {});
  assert.deepStrictEqual(late.rest, []);
});

test("another consumer's conversations are out of reach", async (t) => {
  const { simulator, open, socket } = await consuming(t);
  const id = await starts(socket);
  const other = await open({ authorization: `jwt ${simulator.consumer().jwt}` });
  await other.request('cqm.SubscribeExConversations', {});
  assert.deepStrictEqual((await other.notification('ExConversationChangeNotification')).changes, []);
  const close = { field: 'ConversationStateField', conversationState: 'CLOSE' };
  for (const [type, body] of [
    ['ms.PublishEvent', { dialogId: id, event: text('hi') }],
    ['ms.SubscribeMessagingEvents', { dialogId: id }],
    ['cm.UpdateConversationField', { conversationId: id, conversationField: close }],
  ]) {
    assert.strictEqual(refusal(await other.request(type, body)), 400);
  }
  await says(socket, id, 'hello');
  await other.request('GetClock', {});
  assert.deepStrictEqual(other.rest, []);
});

test("a conversation is rated and closed; what is the brand's business is not the consumer's", async (t) => {
  const { agent, socket } = await consuming(t);
  const id = await starts(socket);
  const part = await agent.accepts({ id });
  const change = (...conversationField) =>
    socket.request('cm.UpdateConversationField', { conversationId: id, conversationField });
  const csat = { csatRate: 5, status: 'FILLED' };
  assert.strictEqual((await change({ field: 'CSATRate', ...csat })).body, 'OK CSAT processed successfully');
  assert.strictEqual(part.details.csatRate, 5);
  for (const field of ['Skill', 'Note', 'ManualETTR', 'ParticipantsChange', 'toString', undefined]) {
    assert.strictEqual(refusal(await change({ field, type: 'UPDATE', skill: '9', note: 'x' })), 400);
  }
  assert.strictEqual(refusal(await change()), 400);
  assert.strictEqual((await change({ field: 'ConversationStateField', conversationState: 'CLOSE' })).code, 200);
  assert.strictEqual((await part.closed()).closeReason, 'CONSUMER');
});

test('a survey is a dialog of its own, subscribed to and answered like the first', async (t) => {
  const { agent, socket } = await consuming(t, { survey: true });
  await socket.request('cqm.SubscribeExConversations', { stage: 'OPEN' });
  const id = await starts(socket);
  const part = await agent.accepts({ id });
  await part.closes();
  const { dialogs } = (await conversations(socket, ({ result }) => result.conversationDetails.state === 'CLOSE')).result
    .conversationDetails;
  assert.deepStrictEqual([dialogs[1].dialogType, dialogs[1].state], ['POST_SURVEY', 'OPEN']);
  const { dialogId } = dialogs[1];
  await socket.request('ms.SubscribeMessagingEvents', { dialogId });
  assert.match((await events(socket)).changes[0].event.message, /satisfied/);
  assert.strictEqual((await says(socket, dialogId, '5')).code, 200);
  assert.strictEqual((await conversations(socket, ({ type }) => type === 'DELETE')).result.convId, id);
});

test('unknown types, bad frames and wrong bodies are 400; subscriptions can be ended', async (t) => {
  const { socket } = await consuming(t);
  for (const [type, body] of [
    ['.ams.ms.PublishEvent', {}],
    ['ms.QueryMessages', {}],
    ['ms.PublishEvent', { dialogId: 'unknown', event: text('x') }],
    ['ms.PublishEvent', { event: { type: 'NoEvent' } }],
    ['cm.ConsumerRequestConversation', { brandId: 'another' }],
    ['cm.UpdateConversationField', { conversationId: 'unknown' }],
    ['cqm.UnsubscribeExConversations', { subscriptionId: 'unknown' }],
  ]) {
    assert.strictEqual(refusal(await socket.request(type, body)), 400, type);
  }
  socket.ws.send('{"kind":');
  assert.strictEqual(refusal(await socket.take('answer', ({ kind }) => kind === 'resp')), 400);

  const { body } = await socket.request('cqm.SubscribeExConversations', {});
  await socket.notification('ExConversationChangeNotification');
  assert.strictEqual((await socket.request('cqm.UnsubscribeExConversations', body)).type, 'StringResponse');
  await starts(socket);
  await socket.request('GetClock', {});
  assert.deepStrictEqual(socket.rest, []);
});

test("faults reach the consumer's socket, which is not among the bots'", async (t) => {
  const { simulator, consumer, refused, path, open, socket } = await consuming(t);
  assert.deepStrictEqual([simulator.connections.length, consumer.connections.length], [0, 1]);
  simulator.fails('request', { type: 'GetClock', code: 429, times: 1 });
  assert.strictEqual(refusal(await socket.request('GetClock', {})), 429);
  simulator.fails('upgrade', { status: 502, times: 1 });
  assert.strictEqual(await refused({}), 'Unexpected server response: 502');
  assert.strictEqual(await refused({}, `${path.split('?')[0]}/more`), 'Unexpected server response: 404');
  const before = consumer.jwt;
  consumer.losesToken({ closes: 4401 });
  assert.strictEqual((await socket.closed).code, 4401);
  assert.strictEqual(await refused({ authorization: `jwt ${before}` }), 'Unexpected server response: 401');
  const next = await open({ authorization: `jwt ${consumer.jwt}` });
  consumer.connections.at(-1).losesToken({ answers: 401 });
  assert.strictEqual(refusal(await next.request('GetClock', {})), 401);
});
