'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { answering, bot, called, connected, start, turns, within } = require('../support/kit');

test('a request without a callback is a promise of the body', async (t) => {
  const { simulator, agent } = await connected(t);
  answering(simulator, ({ id }) => ({ kind: 'resp', reqId: id, code: 200, type: '.A', body: { a: 1 } }));
  assert.deepEqual(await within(agent.getClock(), 'the body'), { a: 1 });
  assert.deepEqual(await within(agent.publishEvent({}, {}, []), 'the body'), { a: 1 });
});

test('a refused request rejects with an Error that has code, service, body and frame', async (t) => {
  const { simulator, agent } = await connected(t);
  answering(simulator, ({ id }) => ({ kind: 'resp', reqId: id, code: 404, type: '.A', body: 'not there' }));
  const error = await within(
    agent.getClock().catch((one) => one),
    'the refusal',
  );
  assert.ok(error instanceof Error);
  assert.deepEqual(
    [error.code, error.service, error.body, error.frame.reqId.length],
    [404, 'messaging', 'not there', 36],
  );
  assert.match(error.message, /404/);
  assert.deepEqual(Object.keys(error), ['code', 'service', 'error']);
});

test('with a callback there is no promise', async (t) => {
  const { agent } = await connected(t);
  const none = () => {};
  for (const returned of [
    agent.getClock({}, none),
    agent.publishEvent({}, null, none),
    agent.connect(none),
    agent.refreshSession(none),
    agent.csdsClient.getAll(none),
    agent.reconnect(true),
    agent.startPeriodicRefreshSession(),
    agent.dispose(),
  ]) {
    assert.equal(returned, undefined);
  }
});

test('connect(), refreshSession() and getAll() without a callback are promises', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  assert.equal(await within(agent.connect(), 'connect'), undefined);
  await heard.the('connected', 2);
  assert.equal(await within(agent.refreshSession(), 'refresh'), undefined);
  assert.ok((await within(agent.csdsClient.getAll(), 'the domains')).agentVep);
  simulator.fails('refresh', { status: 500, statusText: 'No' });
  await assert.rejects(agent.refreshSession(), { message: 'Error on AgentVEP RefreshSession: No', code: 500 });
  simulator.fails('login', { status: 500, statusText: 'No' });
  await assert.rejects(agent.connect(), { message: 'Error on AgentVEP login: No' });
});

test('what nobody looks at never becomes an unhandled rejection', async (t) => {
  const unhandled = [];
  const note = (reason) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  const { simulator, agent, heard, connection } = await connected(t, { conf: { requestTimeout: 100 } });
  answering(simulator, ({ id, body }) =>
    body.refuse ? { kind: 'resp', reqId: id, code: 500, type: '.A', body: 'no' } : null,
  );
  agent.publishEvent({ refuse: true }); // refused
  agent.publishEvent({ big: 1n }); // cannot be sent
  await called((callback) => agent.publishEvent({}, callback)); // times out; so does the next, which nobody awaits
  agent.publishEvent({});
  simulator.fails('refresh', { status: 500 });
  agent.refreshSession();
  await heard.the('error');
  agent.publishEvent({});
  connection.cuts();
  await heard.the('closed');
  agent.publishEvent({}); // not connected
  simulator.fails('login', { hang: true });
  agent.connect();
  agent.csdsClient.getAll();
  await turns();
  agent.dispose();
  agent.refreshSession(); // disposed of: the error event, which nobody hears any more, would be an exception
  await turns(10);
  assert.deepEqual(unhandled, []);
});

test('a timer that goes on calling while there is no socket does no harm', async (t) => {
  const simulator = await start(t);
  const owner = simulator.agent({ token: 'ready', userId: '1' });
  const { agent, heard } = bot(t, owner.options());
  await heard.the('connected');
  agent.dispose();
  await assert.rejects(agent.getClock(), { message: 'socket not connected', service: 'messaging' });
  const timer = setInterval(agent.getClock, 1);
  await turns(50);
  clearInterval(timer);
});

test('await in a loop: each answer in turn', async (t) => {
  const { simulator, agent } = await connected(t);
  let n = 0;
  answering(simulator, ({ id }) => ({ kind: 'resp', reqId: id, code: 200, type: '.A', body: n++ }));
  for (let expected = 0; expected < 100; expected++) assert.equal(await agent.getClock(), expected);
});
