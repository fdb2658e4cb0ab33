'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { answering, bot, called, connected, start } = require('../support/kit');

const TYPES = [
  'cqm.ExConversationChangeNotification',
  'routing.RoutingTaskNotification',
  'routing.AgentStateNotification',
  'deprecated',
  'ms.MessagingEventNotification',
  'GenericSubscribeResponse',
  '.ams.userprofile.GetUserProfile$Response',
  '.Unknown',
];

const notification = (type, body) => ({ kind: 'notification', type, body });
const plain = (value) => JSON.parse(JSON.stringify(value));

/** Pushes a notification and gives what was heard up to the `notification` (or `error`) that it became. */
async function heardOf({ connection, heard }, message) {
  heard.clear();
  connection.push(message);
  connection.push(notification('.Unknown', 'end'));
  await heard.until('the end', () => heard.all('.Unknown').some(([body]) => body === 'end'));
  const end = heard.list.findIndex(([name]) => name === '.Unknown');
  return heard.list.slice(0, end === -1 ? undefined : end);
}

const conversation = (me, more = {}) => ({
  convId: 'c1',
  effectiveTTR: -1,
  numberOfunreadMessages: { a: 1 },
  lastUpdateTime: 5,
  conversationDetails: {
    convId: 'c1',
    note: '',
    groupId: null,
    csatRate: 3,
    skillId: '7',
    participants: { CONSUMER: ['con-old'], ASSIGNED_AGENT: [me], MANAGER: ['m1', 'm2'] },
    participantsPId: { CONSUMER: ['con-pid'], ASSIGNED_AGENT: ['me-pid'], MANAGER: ['m1-pid', 'm2-pid'] },
    dialogs: [
      {
        dialogId: 'd1',
        channelType: 'MESSAGING',
        participantsDetails: [
          { id: 'con-old', role: 'CONSUMER', state: 'ACTIVE' },
          { id: 'm2', role: 'MANAGER', state: 'ACTIVE' },
          { id: me, role: 'ASSIGNED_AGENT', state: 'ACTIVE' },
        ],
      },
      { dialogId: 'd2', channelType: 'COBROWSE' },
    ],
    ...more,
  },
});

const conversations = (...results) =>
  notification('.ams.aam.ExConversationChangeNotification', {
    subscriptionId: 's',
    changes: results.map((result) => ({ type: 'UPSERT', result })),
  });

test('a conversation: new-style ids, own role, what bots are not to rely on is gone', async (t) => {
  const made = await connected(t, { types: TYPES });
  const { agent } = made;
  const [typed, general, ...rest] = await heardOf(made, conversations(conversation(agent.__oldAgentId)));
  assert.deepEqual([typed[0], general[0], rest.length], ['cqm.ExConversationChangeNotification', 'notification', 0]);
  assert.equal(typed[1], general[1].body, 'one and the same object');
  const { result } = typed[1].changes[0];
  assert.deepEqual(plain(result), {
    convId: 'c1',
    effectiveTTR: -1,
    conversationDetails: {
      skillId: '7',
      participants: [
        { id: 'con-pid', role: 'CONSUMER' },
        { id: 'me-pid', role: 'ASSIGNED_AGENT' },
        { id: 'm1-pid', role: 'MANAGER' },
        { id: 'm2-pid', role: 'MANAGER' },
      ],
      dialogs: [
        {
          dialogId: 'd1',
          channelType: 'MESSAGING',
          participantsDetails: [
            { id: 'con-pid', role: 'CONSUMER', state: 'ACTIVE' },
            { id: 'm2-pid', role: 'MANAGER', state: 'ACTIVE' },
            { id: 'me-pid', role: 'ASSIGNED_AGENT', state: 'ACTIVE' },
          ],
        },
        { dialogId: 'd2', channelType: 'COBROWSE' },
      ],
      __myRole: 'ASSIGNED_AGENT',
    },
  });
  const { getMyRole } = result.conversationDetails;
  assert.equal(getMyRole(), 'ASSIGNED_AGENT', 'works detached');
  result.conversationDetails.__myRole = 'READER';
  assert.equal(getMyRole(), 'READER', 'reads __myRole when called');
  assert.equal(getMyRole.length, 0);
  assert.ok(Object.isExtensible(typed[1]));
});

test('odd conversations warn and go on', async (t) => {
  const made = await connected(t, { types: TYPES });
  const participant = { id: 'x', role: 'CONTROLLER', state: 'ACTIVE' };
  const dialogs = [
    { dialogId: 'a', channelType: 'CARRIER_PIGEON', participantsDetails: [] },
    { dialogId: 'b', channelType: null },
    { dialogId: 'c', participantsDetails: [participant, { id: 'y', role: 'AGENT', state: 'SUGGESTED' }] },
  ];
  const [...events] = await heardOf(made, conversations(conversation('nobody', { dialogs })));
  assert.deepEqual(
    events.filter(([name]) => name === 'warn'),
    [
      ['warn', { message: 'Unknown channelType: CARRIER_PIGEON' }],
      [
        'warn',
        {
          message: `Invalid dialog information, participantsDetails is missing ${JSON.stringify(dialogs[1])}`,
        },
      ],
      ['warn', { message: `invalid participant on conversation c1 - ${JSON.stringify(participant)}` }],
    ],
  );
  assert.deepEqual(
    events.slice(3).map(([name]) => name),
    ['cqm.ExConversationChangeNotification', 'notification'],
  );
  const details = events[3][1].changes[0].result.conversationDetails;
  assert.equal(details.getMyRole(), undefined);
});

test('conversations that cannot be read: an error each with the message as received, the others are delivered', async (t) => {
  const made = await connected(t, { types: TYPES });
  const bad = conversation('x', { participantsPId: undefined });
  const good = { ...conversation('x'), convId: 'good' };
  const message = plain(conversations(bad, good, { convId: 'none' }));
  message.body.changes.push(null, { type: 'DELETE' });
  const events = await heardOf(made, message);
  assert.deepEqual(
    events.map(([name]) => name),
    ['error', 'error', 'cqm.ExConversationChangeNotification', 'notification'],
  );
  const [, error, ...context] = events[0];
  assert.equal(error.message, 'Error: participantsPId key property is missing on notification for convId c1');
  assert.deepEqual([context, Object.keys(error), error.payload], [[], ['payload'], message]);
  assert.match(events[1][1].message, /^TypeError: /);
  const { changes } = events[2][1];
  assert.deepEqual(
    [changes.length, changes[0].result.convId, changes[1], changes[2].type],
    [3, 'good', null, 'DELETE'],
  );

  const nothing = await heardOf(made, conversations(bad));
  assert.deepEqual(
    nothing.map(([name]) => name),
    ['error'],
  );
});

test('each transform that walks into something missing is an error, and the next message is delivered', async (t) => {
  const made = await connected(t, { types: TYPES });
  const CONVERSATIONS = '.ams.aam.ExConversationChangeNotification';
  const cases = [
    ...[CONVERSATIONS, '.ams.routing.RoutingTaskNotification', '.ams.routing.AgentStateNotification'].flatMap(
      (type) => [
        notification(type, undefined),
        notification(type, null),
        notification(type, 'text'),
        notification(type, {}),
        notification(type, { changes: 4 }),
      ],
    ),
    notification('.ams.ms.OnlineEventDistribution', null),
    notification('.ams.routing.RoutingTaskNotification', { changes: [{ result: {} }] }),
    notification('.ams.routing.RoutingTaskNotification', { changes: [null] }),
    notification('.ams.routing.AgentStateNotification', { changes: [{}] }),
    ...['participants', 'participantsPId', 'dialogs'].map((key) =>
      conversations({ ...conversation('x', { [key]: undefined }), convId: key }),
    ),
    conversations(conversation('x', { participants: { AGENT: null } })),
    conversations(conversation('x', { dialogs: [null] })),
  ];
  for (const message of cases) {
    const events = await heardOf(made, message);
    const text = JSON.stringify(message);
    assert.deepEqual(
      events.map(([name]) => name),
      ['error'],
      text,
    );
    assert.equal(events[0].length, 2, 'no location');
    assert.match(events[0][1].message, /^\w*Error: ./, text);
    assert.deepEqual(events[0][1].payload, JSON.parse(text));
  }
});

test('a message: isMe, new-style originator, a list of one', async (t) => {
  const made = await connected(t, { types: TYPES });
  const event = {
    sequence: 3,
    originatorId: made.agent.__oldAgentId,
    originatorPId: 'pid',
    dialogId: 'd',
    event: { a: 1 },
  };
  const [typed, general] = await heardOf(made, notification('.ams.ms.OnlineEventDistribution', event));
  assert.deepEqual([typed[0], general[0]], ['ms.MessagingEventNotification', 'notification']);
  assert.deepEqual(plain(typed[1]), {
    dialogId: 'd',
    changes: [{ sequence: 3, originatorId: 'pid', dialogId: 'd', event: { a: 1 }, __isMe: true }],
  });
  const [change] = typed[1].changes;
  const { isMe } = change;
  assert.equal(isMe(), true);
  change.__isMe = 'else';
  assert.equal(isMe(), 'else');
  change.event.readStatus = 'bots write on it';
  assert.equal(general[1].body.changes[0].event.readStatus, 'bots write on it');
  const [other] = await heardOf(made, notification('.ams.ms.OnlineEventDistribution', { originatorId: 'x' }));
  assert.equal(other[1].changes[0].isMe(), false);
});

test('rings, agent state, the deprecated one, and an unknown type', async (t) => {
  const made = await connected(t, { types: TYPES });
  const ring = { ringId: 'r', ringState: 'WAITING', brandId: 'b', convId: 'c', consumerId: 'k', skillId: 's' };
  const task = { routingTaskId: 1, assignedAgentId: 2, brandId: 3, conversationId: 'c', ringsDetails: [ring] };
  const [rings] = await heardOf(
    made,
    notification('.ams.routing.RoutingTaskNotification', { changes: [{ type: 'UPSERT', result: task }] }),
  );
  assert.deepEqual(plain(rings), [
    'routing.RoutingTaskNotification',
    {
      changes: [
        { type: 'UPSERT', result: { conversationId: 'c', ringsDetails: [{ ringId: 'r', ringState: 'WAITING' }] } },
      ],
    },
  ]);
  const [state] = await heardOf(
    made,
    notification('.ams.routing.AgentStateNotification', {
      changes: [{ result: { agentUserId: 'x', availability: 'AWAY' } }],
    }),
  );
  assert.deepEqual(plain(state), [
    'routing.AgentStateNotification',
    { changes: [{ result: { availability: 'AWAY' } }] },
  ]);
  const deprecated = await heardOf(made, notification('.ams.routing.RingUpdated', { a: 1 }));
  assert.deepEqual(deprecated, [
    ['deprecated', undefined],
    ['notification', { kind: 'notification', type: 'deprecated' }],
  ]);
  const unknown = await heardOf(made, { kind: 'notification', type: '.Other', body: [1], more: 2 });
  assert.deepEqual(unknown, [['notification', { kind: 'notification', type: '.Other', body: [1], more: 2 }]]);
});

test('the history arrives as a notification before its answer, which is empty', async (t) => {
  const made = await connected(t, { types: TYPES });
  const { simulator, agent, heard } = made;
  const entries = [
    { sequence: 0, dialogId: 'd', originatorId: 'c', originatorPId: 'cp' },
    { sequence: 1, dialogId: 'd', originatorId: agent.__oldAgentId, originatorPId: 'mp' },
  ];
  let body = entries;
  answering(simulator, (frame) => ({
    ...{ kind: 'resp', reqId: frame.id, code: 200, type: '.ams.ms.QueryMessages$Response' },
    body,
  }));
  heard.clear();
  const outcome = await called((callback) => agent.subscribeMessagingEvents({ dialogId: 'd' }, callback));
  assert.deepEqual(outcome, [null, undefined]);
  assert.deepEqual(heard.names(), [
    ...['message:sent', 'ms.MessagingEventNotification', 'notification'],
    'GenericSubscribeResponse',
  ]);
  const [{ dialogId, changes }] = heard.all('ms.MessagingEventNotification')[0];
  assert.deepEqual(
    [dialogId, changes.map((one) => [one.sequence, one.originatorId, one.isMe()])],
    [
      'd',
      [
        [0, 'cp', false],
        [1, 'mp', true],
      ],
    ],
  );
  assert.equal(heard.all('GenericSubscribeResponse')[0][0], undefined);
  body = [];
  heard.clear();
  await called((callback) => agent.subscribeMessagingEvents({ dialogId: 'd' }, callback));
  assert.deepEqual(heard.names(), ['message:sent', 'GenericSubscribeResponse']);
  // One that cannot be read: the error event, and the callback at once.
  body = null;
  const [error] = await called((callback) => agent.subscribeMessagingEvents({ dialogId: 'd' }, callback));
  assert.match(error.message, /^TypeError: /);
  assert.equal(heard.all('error')[0][0], error);
});

test("a consumer's profile as a list of SDEs", async (t) => {
  const simulator = await start(t);
  const profile = {
    firstName: 'Ada',
    lastName: '',
    acr: 'loa1',
    claims: { iss: 'me', lp_sdes: [{ type: 'x', x: 1 }] },
    authenticatedData: { lp_sdes: [{ type: 'y' }] },
    privateData: { mobileNum: '1', userId: 'u', email: 'e' },
  };
  const { agent, heard } = bot(t, simulator.options(), { types: TYPES });
  await heard.the('connected');
  let body = profile;
  answering(simulator, (frame) => ({
    ...{ kind: 'resp', reqId: frame.id, code: 200, type: '.ams.userprofile.GetUserProfile$Response' },
    body,
  }));
  const [error, sdes] = await called((callback) => agent.getUserProfile('consumer', callback));
  assert.equal(error, null);
  assert.deepEqual(sdes, [
    { type: 'x', x: 1, acr: 'loa1', iss: 'me' },
    { type: 'y', auth: {} },
    { type: 'ctmrinfo', info: { imei: '1', customerId: 'u' } },
    { type: 'personal', personal: { firstname: 'Ada', contacts: [{ email: 'e', phone: '1' }] } },
  ]);
  assert.equal(heard.all('.ams.userprofile.GetUserProfile$Response')[0][0], sdes);
  body = { claims: { lp_sdes: 'deleted' } };
  assert.deepEqual(await called((callback) => agent.getUserProfile('consumer', callback)), [null, []]);
});

test('types named like the own events or like members of Object reach notification alone', async (t) => {
  const made = await connected(t, { types: ['toString', '__proto__', 'constructor', 'newListener', ...TYPES] });
  for (const type of [
    ...['error', 'connected', 'closed', 'success', 'warn', 'message:sent', 'notification', 'toString', '__proto__'],
    ...['constructor', 'newListener', 'removeListener', 'hasOwnProperty'],
  ]) {
    assert.deepEqual(await heardOf(made, notification(type, 1)), [
      ['notification', { kind: 'notification', type, body: 1 }],
    ]);
  }
  for (const type of [undefined, null, '', 0, false]) {
    const events = await heardOf(made, notification(type, 1));
    assert.deepEqual(
      events.map(([name]) => name),
      ['notification'],
    );
  }
  assert.equal(made.agent.connected, true);
});

test('frames of no known kind, and frames that are not JSON, are dropped silently', async (t) => {
  const made = await connected(t, { types: TYPES });
  for (const frame of [
    ...['', ' ', 'hello', '{', '[]', 'null', '4', '"text"', 'true', '{"kind":"req"}', '{"kind":4}', '{}', "{'kind':1}"],
    ...['{"kind":"notification"', '{"kind":"notification","type":".Unknown"}x', '\u0000', '[{"kind":"notification"}]'],
    ...[{ binary: Buffer.from([0, 255, 254]) }, { kind: 'Notification', type: '.Unknown' }],
  ]) {
    assert.deepEqual(await heardOf(made, frame), [], JSON.stringify(frame));
  }
  assert.equal(made.agent.connected, true);
});

test('a conversation from its ring to its close, as the simulator plays it', async (t) => {
  const simulator = await start(t);
  const { agent, heard } = bot(t, simulator.options(), { types: TYPES });
  await heard.the('connected');
  for (const work of [
    (callback) => agent.setAgentState({ availability: 'ONLINE' }, callback),
    (callback) => agent.subscribeExConversations({ agentIds: [agent.agentId], convState: ['OPEN'] }, callback),
    (callback) => agent.subscribeRoutingTasks({}, callback),
    (callback) => agent.subscribeAgentsState({}, callback),
  ]) {
    assert.equal((await called(work))[0], null);
  }
  const talk = await simulator.consumer().startConversation({ message: 'hello' });
  const waiting = () =>
    heard
      .all('routing.RoutingTaskNotification')
      .flatMap(([{ changes }]) => changes)
      .flatMap(({ result }) => result.ringsDetails)
      .find(({ ringState }) => ringState === 'WAITING');
  const { ringId } = await heard.until('a ring', waiting);
  await called((callback) => agent.updateRingState({ ringId, ringState: 'ACCEPTED' }, callback));
  const mine = await heard.until('the conversation', () =>
    heard
      .all('cqm.ExConversationChangeNotification')
      .flatMap(([{ changes }]) => changes)
      .find(({ result }) => result.conversationDetails.getMyRole() === 'ASSIGNED_AGENT'),
  );
  const { convId, conversationDetails } = mine.result;
  const [{ dialogId }] = conversationDetails.dialogs;
  await called((callback) => agent.subscribeMessagingEvents({ dialogId }, callback));
  const [[history]] = heard.all('ms.MessagingEventNotification');
  assert.equal(history.changes.at(-1).event.message, 'hello');
  const event = { type: 'ContentEvent', contentType: 'text/plain', message: 'welcome' };
  await called((callback) => agent.publishEvent({ dialogId, event }, callback));
  assert.equal((await talk.next()).event.message, 'welcome');
  await heard.until('the own message', () =>
    heard.all('ms.MessagingEventNotification').some(([{ changes }]) => changes.some((one) => one.isMe())),
  );
  await called((callback) =>
    agent.updateConversationField(
      {
        conversationId: convId,
        conversationField: [{ field: 'ConversationStateField', conversationState: 'CLOSE' }],
      },
      callback,
    ),
  );
  await talk.closed();
  assert.deepEqual(heard.all('error'), []);
});
