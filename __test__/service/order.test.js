'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { text } = require('../support/frames');
const { answering, called, connected, turns, uncaught } = require('../support/kit');

const notification = (type, body) => ({ kind: 'notification', type, body });
const reply = ({ id }, more) => ({ kind: 'resp', reqId: id, code: 200, type: '.Answer', body: 1, ...more });

test('the snapshot race: answer and first notification in one TCP segment', async (t) => {
  const { simulator, agent } = await connected(t);
  const snapshot = notification('.ams.routing.AgentStateNotification', {
    changes: [{ type: 'UPSERT', result: { n: 1 } }],
  });
  answering(simulator, (frame, connection) => {
    connection.writes(Buffer.concat([text(reply(frame)), text(snapshot), text(notification('.Later', 2))]));
    return null;
  });
  for (let round = 0; round < 20; round++) {
    const seen = [];
    await called((callback) =>
      agent.subscribeAgentsState({}, () => {
        agent.once('routing.AgentStateNotification', (body) => seen.push(body.changes[0].result.n));
        agent.once('notification', ({ type }) => seen.push(type));
        agent.once('.Later', () => callback());
      }),
    );
    assert.deepEqual(seen, [1, 'routing.AgentStateNotification']);
  }
});

test('the same with the listener added in the response event, and in `connected`', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  answering(simulator, (frame, connection) => {
    connection.writes(Buffer.concat([text(reply(frame)), text(notification('.First', 'f'))]));
    return null;
  });
  const [body] = await called((callback) => {
    agent.once('.Answer', () => agent.once('.First', callback));
    agent.getClock({}, () => {});
  });
  assert.equal(body, 'f');
  const first = called((callback) => {
    agent.once('connected', () => agent.once('.AtOnce', callback));
  });
  const before = simulator.connections.length;
  agent.reconnect(true);
  const connection = await simulator.connection(before + 1);
  connection.push(notification('.AtOnce', 'o'));
  assert.deepEqual(await first, ['o']);
  assert.equal(heard.all('error').length, 0);
});

test('a burst of 10,000 notifications mixed with responses arrives in the order sent', async (t) => {
  const COUNT = 10_000;
  const { simulator, agent, connection } = await connected(t);
  const ids = [];
  answering(simulator, ({ id }) => {
    ids.push(id);
    return null;
  });
  const order = [];
  const answers = COUNT / 10;
  const done = called((callback) => {
    agent.on('.N', (body) => {
      order.push(body);
      if (body === COUNT - 1) callback();
    });
    agent.on('.R', (body, reqId) => order.push(['event', body, reqId]));
    for (let n = 0; n < answers; n++) agent.getClock({}, (error, body) => order.push(['callback', body]));
  }, 'the last notification');
  await simulator.waitFor('all requests', () => simulator.requests('.GetClock').length === answers);
  const frames = [];
  const expected = [];
  for (let n = 0; n < COUNT; n++) {
    if (n % 10 === 5) {
      const at = (n - 5) / 10;
      frames.push(text({ kind: 'resp', reqId: ids[at], code: 200, type: '.R', body: n }));
      expected.push(['event', n, ids[at]], ['callback', n]);
    }
    frames.push(text(notification('.N', n)));
    expected.push(n);
  }
  connection.writes(Buffer.concat(frames));
  await done;
  assert.deepEqual(order, expected);
});

test('the typed event comes before notification, the response event before the callback', async (t) => {
  const { simulator, agent, connection, heard } = await connected(t, { types: ['.X', '.Answer'] });
  answering(simulator, (frame) => reply(frame));
  heard.clear();
  agent.getClock({}, () => heard.list.push(['callback']));
  await heard.the('.Answer');
  connection.push(notification('.X', 1));
  await heard.the('notification');
  assert.deepEqual(heard.names(), ['message:sent', '.Answer', 'callback', '.X', 'notification']);
});

test('a message whose first listener throws: the exception reaches Node, the rest is delivered in order', async (t) => {
  const { agent, connection } = await connected(t);
  const seen = [];
  const COUNT = 50;
  let last;
  const all = called((callback) => {
    last = callback;
  }, 'the last notification');
  agent.on('.N', (body) => {
    seen.push(body);
    if (body % 10 === 3) throw new Error(`listener ${body}`);
  });
  agent.on('notification', ({ body }) => body === COUNT - 1 && last());
  const errors = await uncaught(5, async () => {
    connection.writes(Buffer.concat(Array.from({ length: COUNT }, (_, n) => text(notification('.N', n)))));
    await all;
  });
  assert.deepEqual(
    errors.map(({ message }) => message),
    [3, 13, 23, 33, 43].map((n) => `listener ${n}`),
  );
  assert.deepEqual(
    seen,
    Array.from({ length: COUNT }, (_, n) => n),
  );
});

test('a response whose listener throws, and a callback that throws: called once, the rest goes on', async (t) => {
  const { simulator, agent } = await connected(t);
  answering(simulator, (frame) => reply(frame));
  let calls = 0;
  agent.once('.Answer', () => {
    throw new Error('listener');
  });
  const [first] = await uncaught(1, () => called((callback) => agent.getClock({}, () => callback(calls++))));
  assert.equal(first.message, 'listener');
  const [second] = await uncaught(1, () =>
    agent.getClock({}, () => {
      calls++;
      throw new Error('callback');
    }),
  );
  assert.equal(second.message, 'callback');
  assert.equal((await called((callback) => agent.getClock({}, callback)))[1], 1);
  await turns();
  assert.equal(calls, 2);
});

test('listeners of every own event that throw: the agent goes on', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  const boom = (name) =>
    agent.once(name, () => {
      throw new Error(name);
    });
  for (const name of ['closed', 'success', 'connected']) boom(name);
  const errors = await uncaught(3, () => {
    agent.reconnect(true);
    return heard.the('connected', 2).then(() => {
      // of a kept look-up the success is told at once: to the caller
      try {
        agent.reconnect();
      } catch (error) {
        process.emit('uncaughtException', error);
      }
    });
  });
  assert.deepEqual(errors.map(({ message }) => message).sort(), ['closed', 'connected', 'success']);
  await heard.the('connected', 3);
  boom('error');
  simulator.fails('upgrade', { status: 500, times: 1 });
  const [error] = await uncaught(1, () => {
    agent.reconnect(true);
    return heard.the('closed', 3);
  });
  assert.equal(error.message, 'error');
  agent.reconnect(true);
  await heard.the('connected', 4);
});

test('a listener that throws for one agent does not hold up another', async (t) => {
  const simulator = (await connected(t)).simulator;
  const two = await connected(t, { types: ['.X'] });
  const one = await connected(t);
  one.agent.on('.X', () => {
    throw new Error('one');
  });
  await uncaught(1, async () => {
    one.connection.push(notification('.X', 1));
    two.connection.push(notification('.X', 2));
    await two.heard.the('.X');
  });
  assert.ok(simulator);
});
