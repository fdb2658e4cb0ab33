'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { promisify } = require('node:util');

const { Agent } = require('../..');
const { answering, called, connected, turns } = require('../support/kit');

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** method: its type, a body of the caller's, and what reaches the service of it; `me` and `account` are filled in. */
const REQUESTS = {
  getClock: { type: '.GetClock', given: {}, sent: {} },
  agentRequestConversation: {
    type: '.ams.cm.AgentRequestConversation',
    given: { channelType: 'x', consumerId: 'c', skillId: '1' },
    sent: { channelType: 'MESSAGING', consumerId: 'c', skillId: '1' },
  },
  subscribeExConversations: {
    type: '.ams.aam.SubscribeExConversations',
    given: { stage: ['OPEN'], agentIds: ['somebody', '{pid}'], convState: ['OPEN'] },
    sent: { stage: ['OPEN'], agentIds: ['somebody', '{me}'], convState: ['OPEN'] },
  },
  unsubscribeExConversations: {
    type: '.ams.aam.UnsubscribeExConversations',
    given: { subscriptionId: 's' },
    sent: { subscriptionId: 's' },
  },
  updateConversationField: {
    type: '.ams.cm.UpdateConversationField',
    given: {
      conversationId: 'c',
      conversationField: [
        { field: 'ParticipantsChange', type: 'ADD', role: 'MANAGER' },
        { field: 'ParticipantsChange', type: 'ADD', role: 'READER', userId: 'u' },
        { field: 'ConversationStateField', conversationState: 'CLOSE' },
      ],
    },
    sent: {
      conversationId: 'c',
      conversationField: [
        { field: 'ParticipantsChange', type: 'ADD', role: 'MANAGER', userId: '{me}' },
        { field: 'ParticipantsChange', type: 'ADD', role: 'READER', userId: 'u' },
        { field: 'ConversationStateField', conversationState: 'CLOSE' },
      ],
    },
  },
  publishEvent: {
    type: '.ams.ms.PublishEvent',
    given: { dialogId: 'd', event: { type: 'ContentEvent', contentType: 'text/plain', message: 'grüße 👋' } },
    sent: { dialogId: 'd', event: { type: 'ContentEvent', contentType: 'text/plain', message: 'grüße 👋' } },
  },
  updateRingState: {
    type: '.ams.routing.UpdateRingState',
    given: { ringId: 'r', ringState: 'ACCEPTED' },
    sent: { ringId: 'r', ringState: 'ACCEPTED' },
  },
  subscribeRoutingTasks: {
    type: '.ams.routing.SubscribeRoutingTasks',
    given: { brandId: 'x' },
    sent: { brandId: '{account}', channelType: 'MESSAGING', agentId: '{me}' },
  },
  updateRoutingTaskSubscription: {
    type: '.ams.routing.UpdateRoutingTaskSubscription',
    given: { subscriptionId: 's', stage: ['OPEN'] },
    sent: { subscriptionId: 's', stage: ['OPEN'] },
  },
  getUserProfile: { type: '.ams.userprofile.GetUserProfile', given: 'consumer-id', sent: 'consumer-id' },
  setAgentState: {
    type: '.ams.routing.SetAgentState',
    given: { availability: 'ONLINE' },
    sent: { availability: 'ONLINE', channels: ['MESSAGING'], agentUserId: '{me}' },
  },
  subscribeAgentsState: {
    type: '.ams.routing.SubscribeAgentsState',
    given: {},
    sent: { brandId: '{account}', agentId: '{me}' },
  },
  subscribeMessagingEvents: {
    type: '.ams.ms.QueryMessages',
    given: { fromSeq: 7, dialogId: 'd' },
    sent: { fromSeq: 7, dialogId: 'd', newerThanSequence: 7 },
  },
  generateURLForDownloadFile: {
    type: '.ams.ms.GenerateURLForDownloadFile',
    given: { relativePath: '/a' },
    sent: { relativePath: '/a' },
  },
  generateURLForUploadFile: {
    type: '.ams.ms.GenerateURLForUploadFile',
    given: { fileSize: 3, fileType: 'PNG' },
    sent: { fileSize: 3, fileType: 'PNG' },
  },
  generateDownloadToken: { type: '.ams.ms.token.GenerateDownloadToken', given: { a: 1 }, sent: { a: 1 } },
};

const filled = (text, agent) =>
  text
    .replaceAll('{pid}', agent.agentId)
    .replaceAll('{me}', agent.__oldAgentId)
    .replaceAll('{account}', agent.accountId);

const reply = (frame, more) => ({
  kind: 'resp',
  reqId: frame.id,
  code: 200,
  type: '.Answer',
  body: { ok: 1 },
  ...more,
});

/** The one frame that a piece of work sends, as text, as the service received it. */
async function frameOf({ simulator }, work) {
  const from = simulator.log.length;
  work();
  const entry = await simulator.waitFor('a request', ({ kind }) => kind === 'received', { from });
  return entry.text;
}

test('each of the 16 requests: the frame as received, the response event, the callback', async (t) => {
  const { simulator, agent, heard } = await connected(t, { types: ['.Answer'] });
  answering(simulator, (frame) => reply(frame, { body: { to: frame.type } }));
  for (const [method, { type, given, sent }] of Object.entries(REQUESTS)) {
    await t.test(method, async () => {
      heard.clear();
      const body = JSON.parse(filled(JSON.stringify(given), agent));
      const before = JSON.stringify(body);
      let returned = 'nothing yet';
      const outcome = await called((callback) => {
        returned = agent[method](body, { h: [1] }, [{ type: 'm' }], { e: true }, (...args) => {
          heard.list.push(['callback', ...args]);
          callback(...args);
        });
      });
      const [frame] = simulator.requests(type).slice(-1);
      assert.equal(returned, undefined);
      assert.equal(JSON.stringify(body), before, "the caller's body is left alone");
      assert.match(frame.id, UUID);
      const { text } = simulator.log.filter(({ kind }) => kind === 'received').at(-1);
      const expected = { kind: 'req', id: frame.id, type, body: sent, headers: { h: [1] } };
      assert.equal(
        text,
        filled(JSON.stringify({ ...expected, metadata: [{ type: 'm' }], encodedMetadata: { e: true } }), agent),
      );
      assert.deepEqual(outcome, [null, { to: type }]);
      assert.deepEqual(heard.names(), ['message:sent', '.Answer', 'callback']);
      assert.deepEqual(heard.all('.Answer'), [[{ to: type }, frame.id]]);
    });
  }
});

test('the simulator answers a request as the service would', async (t) => {
  const { agent } = await connected(t);
  const [error, body] = await called((callback) => agent.getClock({}, callback));
  assert.equal(error, null);
  assert.ok(Math.abs(body.currentTime - Date.now()) < 60_000);
});

test('the callback may stand in place of headers, metadata or encodedMetadata; what follows is dropped', async (t) => {
  const made = await connected(t);
  const { simulator, agent } = made;
  answering(simulator, (frame) => reply(frame));
  const cases = [
    [(callback) => agent.publishEvent({ a: 1 }, callback), '{"a":1}'],
    [(callback) => agent.publishEvent({ a: 1 }, callback, [{ type: 'dropped' }]), '{"a":1}'],
    [(callback) => agent.publishEvent({ a: 1 }, null, callback), '{"a":1},"headers":null'],
    [(callback) => agent.publishEvent({ a: 1 }, {}, callback, 'dropped'), '{"a":1},"headers":{}'],
    [(callback) => agent.publishEvent({ a: 1 }, true, [1], callback), '{"a":1},"headers":true,"metadata":[1]'],
    [
      (callback) => agent.publishEvent({ a: 1 }, false, 0, '', callback),
      '{"a":1},"headers":false,"metadata":0,"encodedMetadata":""',
    ],
    [(callback) => agent.publishEvent({ a: 1 }, undefined, [1], callback), '{"a":1},"metadata":[1]'],
  ];
  for (const [work, rest] of cases) {
    let outcome;
    const text = await frameOf(made, () => {
      outcome = called(work);
    });
    assert.equal(text.replace(/"id":"[^"]+",/, ''), `{"kind":"req","type":".ams.ms.PublishEvent","body":${rest}}`);
    assert.deepEqual(await outcome, [null, { ok: 1 }]);
  }
});

test('a falsy or missing body is sent as {}, and completed where the SDK completes', async (t) => {
  const made = await connected(t);
  const { agent, simulator } = made;
  answering(simulator, (frame) => reply(frame));
  for (const body of [undefined, null, false, 0, '']) {
    for (const [method, expected] of [
      ['getClock', {}],
      ['publishEvent', {}],
      ['setAgentState', { channels: ['MESSAGING'], agentUserId: agent.__oldAgentId }],
      ['subscribeMessagingEvents', { newerThanSequence: 0 }],
      ['subscribeExConversations', {}],
      ['updateConversationField', {}],
    ]) {
      const text = await frameOf(made, () => agent[method](body, () => {}));
      assert.equal(JSON.stringify(JSON.parse(text).body), JSON.stringify(expected), `${method}(${body})`);
    }
  }
});

test('frozen bodies and fields are completed; a false agentIds is not sent', async (t) => {
  const made = await connected(t);
  const { agent, simulator, heard } = made;
  answering(simulator, (frame) => reply(frame));
  const field = Object.freeze({ field: 'ParticipantsChange', type: 'ADD', role: 'AGENT' });
  const frozen = Object.freeze({ conversationField: Object.freeze([field]) });
  const text = await frameOf(made, () => agent.updateConversationField(frozen, () => {}));
  assert.deepEqual(JSON.parse(text).body.conversationField, [{ ...field, userId: agent.__oldAgentId }]);
  const second = await frameOf(made, () => agent.subscribeExConversations({ agentIds: null, a: 1 }, () => {}));
  assert.match(second, /"body":\{"a":1\}\}$/);
  const [frame] = heard.all('message:sent').at(-1);
  assert.deepEqual(Object.keys(frame.body), ['agentIds', 'a']);
});

test('JSON is what JSON.stringify makes of the values', async (t) => {
  const made = await connected(t);
  const { agent, simulator, heard } = made;
  answering(simulator, (frame) => reply(frame));
  const when = new Date(86400000);
  const body = {
    when,
    own: { toJSON: () => 'own' },
    nothing: undefined,
    run() {},
    list: [undefined, () => {}],
    large: 2 ** 70,
    small: -0,
    nan: NaN,
    text: '\ud83d',
  };
  const text = await frameOf(made, () => agent.publishEvent(body, () => {}));
  assert.ok(text.includes(`"body":${JSON.stringify(body)}}`), text);
  const [frame] = heard.all('message:sent')[0];
  assert.equal(frame.body.when, when);
  assert.equal(frame.body.run, body.run);
});

test('message:sent comes in the same tick, with all seven keys', async (t) => {
  const { agent, heard } = await connected(t);
  agent.getClock({}, () => {});
  assert.deepEqual(heard.names('message:sent'), ['message:sent']);
  const [frame] = heard.all('message:sent')[0];
  assert.deepEqual(Object.keys(frame), ['kind', 'id', 'type', 'body', 'headers', 'metadata', 'encodedMetadata']);
  assert.equal(frame.headers, undefined);
});

test('a code beyond 399 is an error: the callback gets the whole frame, and the body', async (t) => {
  const { simulator, agent, heard } = await connected(t, { types: ['.ReqBody$StringResp'] });
  for (const [code, isError] of [
    [400, true],
    [399, false],
    [500, true],
    ['404', true],
    [undefined, false],
    [null, false],
    ['x', false],
  ]) {
    const given = answering(simulator, (frame) => reply(frame, { code, body: 'words', type: '.ReqBody$StringResp' }));
    const outcome = await called((callback) => agent.getClock({}, callback));
    given.ends();
    const [frame] = simulator.requests('.GetClock').slice(-1);
    const whole = { kind: 'resp', reqId: frame.id, code, type: '.ReqBody$StringResp', body: 'words' };
    if (code === undefined) delete whole.code;
    assert.deepEqual(outcome, isError ? [whole, 'words'] : [null, 'words'], String(code));
  }
  assert.equal(heard.all('.ReqBody$StringResp').length, 7);
});

test('no answer in time: one SDKError, and a late answer reaches only its event', async (t) => {
  const { simulator, agent, connection, heard } = await connected(t, {
    conf: { requestTimeout: '150' },
    types: ['.Late'],
  });
  answering(simulator, () => null);
  let calls = 0;
  const [error, second, ...rest] = await called((callback) => {
    agent.getClock({}, (...args) => {
      calls++;
      callback(...args);
    });
  });
  assert.deepEqual(
    [error.message, error.code, error.service, error.error, second, rest],
    ['Request has timed out', null, 'messaging', null, undefined, []],
  );
  const [{ id }] = simulator.requests('.GetClock');
  connection.push({ kind: 'resp', reqId: id, code: 200, type: '.Late', body: 'late' });
  assert.deepEqual(await heard.the('.Late'), ['late', id]);
  assert.equal(calls, 1);
});

test('each callback is called once, though the answer comes twice; an answer to nobody is an event', async (t) => {
  const { simulator, agent, heard } = await connected(t, { types: ['.Answer', '.Nobody'] });
  answering(simulator, (frame, connection) => {
    connection.push(reply(frame));
    connection.push(reply(frame));
    connection.push({ kind: 'resp', reqId: 'nobody', type: '.Nobody', body: 1 });
    return null;
  });
  let calls = 0;
  agent.getClock({}, () => calls++);
  assert.deepEqual(await heard.the('.Nobody'), [1, 'nobody']);
  assert.equal(calls, 1);
  assert.equal(heard.all('.Answer').length, 2);
});

test('not connected: the callback gets one argument, before the call returns', async (t) => {
  const { agent } = await connected(t);
  agent.dispose();
  for (const method of Object.keys(REQUESTS)) {
    let args;
    assert.equal(
      agent[method]({}, (...given) => {
        args = given;
      }),
      undefined,
    );
    assert.equal(args.length, 1);
    const [error] = args;
    assert.deepEqual([error.message, error.code, error.service], ['socket not connected', null, 'messaging']);
  }
});

test('bodies that JSON cannot express throw the TypeError to the caller and leave nothing behind', async (t) => {
  const { agent, simulator, heard } = await connected(t, { conf: { requestTimeout: 200 } });
  const circular = {};
  circular.self = circular;
  const mine = new Error('mine');
  let calls = 0;
  const count = () => calls++;
  assert.throws(() => agent.publishEvent(circular, count), { name: 'TypeError', message: /circular structure/ });
  assert.throws(() => agent.publishEvent({ big: 1n }, count), { name: 'TypeError', message: /BigInt/ });
  assert.throws(
    () =>
      agent.publishEvent(
        {
          toJSON() {
            throw mine;
          },
        },
        count,
      ),
    mine,
  );
  await assert.rejects(agent.publishEvent(circular), { name: 'TypeError', message: /circular structure/ });
  let deep = {};
  for (let level = 0; level < 50_000; level++) deep = { deep };
  assert.throws(() => agent.publishEvent(deep, count), RangeError);
  assert.deepEqual(heard.names('message:sent'), []);
  // Another request's whole life, its timeout included, passes without a word of the others.
  answering(simulator, () => null);
  await called((callback) => agent.getClock({}, callback));
  assert.equal(calls, 0);
  assert.deepEqual(
    simulator.log.filter(({ kind }) => kind === 'received').map(({ frame }) => frame.type),
    ['.GetClock'],
  );
});

test('methods work unbound, promisified, by name and in a timer', async (t) => {
  const { simulator, agent } = await connected(t);
  const { getClock, publishEvent } = agent;
  answering(simulator, (frame) => reply(frame, { body: frame.type }));
  assert.deepEqual(await called((callback) => getClock({}, callback)), [null, '.GetClock']);
  assert.equal(await promisify(publishEvent)({ a: 1 }), '.ams.ms.PublishEvent');
  assert.deepEqual(await called((callback) => agent['setAgentState']({}, callback)), [
    null,
    REQUESTS.setAgentState.type,
  ]);
  const from = simulator.log.length;
  const timer = setInterval(agent.getClock, 5);
  t.after(() => clearInterval(timer));
  await simulator.waitFor('a request out of a timer', ({ kind }) => kind === 'received', { from });
  clearInterval(timer);
});

test('the methods are own, enumerable, writable data properties, and can be stubbed', async (t) => {
  const { agent } = await connected(t);
  for (const method of Object.keys(REQUESTS)) {
    const property = Object.getOwnPropertyDescriptor(agent, method);
    assert.deepEqual(
      [property.enumerable, property.writable, property.configurable, property.value.length],
      [true, true, true, 5],
      method,
    );
    assert.equal(typeof Agent.prototype[method], 'function', `super.${method}() works`);
  }
  const original = agent.publishEvent;
  const seen = [];
  agent.publishEvent = (...args) => seen.push(args);
  agent.publishEvent('stub');
  assert.deepEqual(seen, [['stub']]);
  agent.publishEvent = original;
  assert.equal((await called((callback) => agent.publishEvent({}, callback))).length, 2);
  const lengths = [
    'connect',
    'reconnect',
    'refreshSession',
    'dispose',
    'getBearerToken',
    'startPeriodicRefreshSession',
  ];
  assert.deepEqual(
    lengths.map((name) => [name, agent[name].length, Object.hasOwn(agent, name)]),
    lengths.map((name, at) => [name, at < 3 ? 1 : 0, false]),
  );
});

test('requests of one tick arrive in the order sent', async (t) => {
  const { simulator, agent } = await connected(t);
  answering(simulator, (frame) => reply(frame, { body: frame.body.n }));
  const answers = [];
  await called((callback) => {
    for (let n = 0; n < 500; n++) {
      agent.publishEvent({ n }, (error, body) => {
        answers.push(body);
        if (n === 499) callback();
      });
    }
  });
  const order = Array.from({ length: 500 }, (_, n) => n);
  assert.deepEqual(
    simulator.requests('.ams.ms.PublishEvent').map(({ body }) => body.n),
    order,
  );
  assert.deepEqual(answers, order);
});

test('the socket closes with requests pending: each is told, connected being false, before closed', async (t) => {
  const { simulator, agent, connection, heard } = await connected(t);
  answering(simulator, () => null);
  for (const name of ['first', 'second']) {
    agent.getClock({}, (error, body) => heard.list.push([name, error.message, agent.connected, body]));
  }
  await simulator.waitFor('both requests', () => simulator.requests('.GetClock').length === 2);
  heard.clear();
  connection.closes(4407);
  await heard.the('closed');
  await turns();
  assert.deepEqual(heard.list, [
    ['first', 'Request has timed out', false, undefined],
    ['second', 'Request has timed out', false, undefined],
    ['closed', 4407],
  ]);
});

test('a per-call timeout and an AbortSignal in the place of the callback', async (t) => {
  const { simulator, agent } = await connected(t);
  answering(simulator, () => null);
  await assert.rejects(agent.getClock({}, null, null, null, { timeout: 50 }), { message: 'Request has timed out' });
  const controller = new AbortController();
  const promise = agent.getClock({}, null, null, null, { signal: controller.signal });
  controller.abort();
  await assert.rejects(promise, { name: 'AbortError' });
  const sent = simulator.requests('.GetClock').length;
  await assert.rejects(agent.getClock({}, null, null, null, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.ok(simulator.requests('.GetClock').length <= sent + 1);
});
