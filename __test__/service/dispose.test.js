'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { Agent } = require('../..');
const { bot, called, calls, connected, start, turns, within } = require('../support/kit');

/** Waits until the service has no brand socket any more, and was asked for none that is still pending. */
const gone = (simulator) =>
  simulator.waits.until('all sockets to be gone', () => simulator.connections.every(({ isOpen }) => !isOpen));

class Watched extends Agent {
  emit(name, ...args) {
    (this.emitted = this.emitted || []).push([name, ...args]);
    return super.emit(name, ...args);
  }
}

test('dispose(): no listeners, no transport, no close frame; twice is fine', async (t) => {
  const { simulator, agent, heard } = await connected(t, { Class: Watched });
  agent.emitted = [];
  assert.equal(agent.dispose(), undefined);
  assert.deepEqual([agent.connected, agent.transport, agent.eventNames()], [false, null, []]);
  agent.dispose();
  await gone(simulator);
  const { code } = await simulator.waitFor('the end', ({ kind }) => kind === 'closed');
  assert.equal(code, 1006);
  assert.deepEqual(heard.all('closed'), [], 'its listeners hear nothing more');
  assert.deepEqual(agent.emitted, [['closed', 1006]], 'whoever overrides emit does, once');
});

test('dispose() at once after the constructor, and in the next tick', async (t) => {
  const simulator = await start(t);
  const at = [
    (agent) => agent.dispose(),
    (agent) => process.nextTick(() => agent.dispose()),
    (agent) => setImmediate(() => agent.dispose()),
    (agent) => queueMicrotask(() => agent.dispose()),
  ];
  for (const dispose of at) {
    const { agent, heard } = bot(t, simulator.options(), { Class: Watched });
    dispose(agent);
    await turns(10);
    assert.deepEqual(heard.names('connected', 'closed', 'error'), []);
    assert.equal(agent.connected, false);
  }
  // Another agent's whole way measures the time in which nothing may come of them.
  const last = bot(t, simulator.options({ username: 'last' }));
  await last.heard.the('connected');
  assert.equal(simulator.connections.length, 1);
});

for (const [step, fault] of [
  ['csds', { hang: true }],
  ['login', { hang: true }],
  ['upgrade', { hang: true }],
]) {
  test(`dispose() while ${step} hangs: cancelled, connect(cb) is told, the next connect() works`, async (t) => {
    const simulator = await start(t);
    const hang = simulator.fails(step, fault);
    const { agent, heard } = bot(t, simulator.options());
    const told = called((callback) => agent.connect(callback));
    await simulator.waitFor(step, (entry) => entry.step === step || entry.kind === step);
    agent.dispose();
    const [error] = await told;
    if (step === 'upgrade') assert.equal(error, null);
    else assert.match(error.message, /disposed/);
    hang.ends();
    await turns(20);
    assert.deepEqual(heard.names('connected', 'closed', 'error'), []);
    const opened = within(new Promise((resolve) => agent.once('connected', resolve)), 'connected');
    assert.deepEqual(await called((callback) => agent.connect(callback)), [null]);
    await opened;
    assert.equal(simulator.connections.length, 1);
  });
}

test('dispose() while a refresh is under way', async (t) => {
  const { simulator, agent } = await connected(t);
  simulator.fails('refresh', { hang: true });
  const told = called((callback) => agent.refreshSession(callback));
  await simulator.waitFor('the refresh', ({ step }) => step === 'refresh');
  agent.dispose();
  assert.match((await told)[0].message, /disposed/);
  await gone(simulator);
});

for (const event of [
  'success',
  'connected',
  'closed',
  'error',
  'notification',
  '.X',
  'message:sent',
  '.Answer',
  'warn',
]) {
  test(`dispose() inside ${event}`, async (t) => {
    const simulator = await start(t);
    const dialogs = [{ channelType: 'X' }];
    const changes = [{ result: { conversationDetails: { participants: {}, participantsPId: {}, dialogs } } }];
    simulator.on('request', ({ frame, connection }) => {
      connection.push({ kind: 'resp', reqId: frame.id, code: 200, type: '.Answer', body: 1 });
      connection.push({ kind: 'notification', type: '.X', body: 1 });
      connection.push({ kind: 'notification', type: '.ams.aam.ExConversationChangeNotification', body: { changes } });
      connection.closes(1011);
      return { before: true };
    });
    if (event === 'error') simulator.fails('upgrade', { status: 500 });
    const agent = new Watched(simulator.options());
    t.after(() => agent.dispose());
    let after;
    const disposed = within(
      new Promise((resolve) => {
        agent.on(event, () => {
          if (after !== undefined) return;
          agent.dispose();
          after = agent.emitted.length;
          resolve();
        });
      }),
      event,
    );
    if (event !== 'error') agent.on('error', () => {});
    agent.on('connected', () => agent.getClock({}, () => {}));
    await disposed;
    await gone(simulator);
    await turns(20);
    assert.deepEqual([agent.connected, agent.transport], [false, null]);
    const late = agent.emitted.slice(after).map(([name]) => name);
    assert.deepEqual(
      late.filter((name) => ['connected', 'error', 'success'].includes(name)),
      [],
    );
    assert.ok(late.filter((name) => name === 'closed').length <= 1);
  });
}

test('dispose() inside the callback of a request: the others are told, once each', async (t) => {
  const { simulator, agent } = await connected(t);
  simulator.on('request', ({ frame, connection }) => {
    if (frame.body.answer) connection.push({ kind: 'resp', reqId: frame.id, code: 200, type: '.A', body: 1 });
    return { before: true };
  });
  const told = [];
  agent.publishEvent({}, (error) => told.push(error.message));
  await called((callback) =>
    agent.publishEvent({ answer: true }, () => {
      agent.dispose();
      assert.deepEqual(told, []);
      callback();
    }),
  );
  await turns();
  assert.deepEqual(told, ['Request has timed out']);
});

test('after dispose(): reconnect(true) does nothing; reconnect() and connect() begin anew', async (t) => {
  const { simulator, agent } = await connected(t);
  const again = () => within(new Promise((resolve) => agent.once('connected', resolve)), 'connected');
  agent.dispose();
  await gone(simulator);
  assert.equal(agent.reconnect(true), undefined);
  await turns(20);
  assert.equal(simulator.log.filter(({ kind }) => kind === 'upgrade').length, 1);
  agent.reconnect();
  await again();
  assert.equal(calls(simulator, 'login').length, 2);
  agent.dispose();
  agent.connect(() => {});
  await again();
  assert.equal(simulator.connections.filter(({ isOpen }) => isOpen).length, 1);
  assert.equal((await called((callback) => agent.getClock({}, callback)))[0], null);
});

test('dispose() and connect() at once, many times: one socket in the end', async (t) => {
  const { simulator, agent } = await connected(t);
  for (let round = 0; round < 30; round++) {
    agent.dispose();
    agent.connect(() => {});
    if (round % 3 === 0) await turns(round % 5);
  }
  await within(new Promise((resolve) => agent.once('connected', resolve)), 'connected');
  await simulator.waits.until(
    'one open socket',
    () => simulator.connections.filter(({ isOpen }) => isOpen).length === 1,
  );
});

test('the agent can be disposed of by a listener that was added for the disposing of another', async (t) => {
  const simulator = await start(t);
  const one = bot(t, simulator.options({ username: 'one' }));
  const two = bot(t, simulator.options({ username: 'two' }));
  await one.heard.the('connected');
  await two.heard.the('connected');
  one.agent.on('closed', () => two.agent.dispose());
  simulator.connections.find(({ session }) => session.bearer === one.agent.token).cuts();
  await gone(simulator);
  assert.equal(two.agent.connected, false);
});
