'use strict';

// What nobody listens to is dropped in the core; nobody may miss anything for it.

const assert = require('node:assert/strict');
const { EventEmitter, once } = require('node:events');
const { test } = require('node:test');

const { Agent } = require('../..');
const { text } = require('../support/frames');
const { answering, called, start, turns, within } = require('../support/kit');

const note = (type, n) => text({ kind: 'notification', type, body: { n } });
const flood = (connection, type, count) =>
  connection.writes(Buffer.concat(Array.from({ length: count }, (_, n) => note(type, n))));

/** An agent with no listeners, after a flood of `.Flood` that nobody heard. */
async function flooded(t) {
  const simulator = await start(t);
  const agent = new Agent(simulator.options());
  t.after(() => agent.dispose());
  agent.on('error', (error) => assert.fail(error));
  await within(once(agent, 'connected'), 'the connection');
  const connection = await simulator.connection();
  const received = () => agent.stats().framesIn;
  const all = async (count, what) => {
    const until = Date.now() + 15_000;
    while (received() < count && Date.now() < until) await turns(1);
    assert.ok(received() >= count, `${what}: ${received()} of ${count} frames`);
  };
  for (let round = 1; round <= 5; round++) {
    flood(connection, '.Flood', 2000);
    await all(2000 * round, 'a flood that nobody hears');
  }
  return { simulator, agent, connection, received, all };
}

test('a flood that nobody hears hardly reaches JavaScript', async (t) => {
  const { agent, connection, received, all } = await flooded(t);
  let emitted = 0;
  const counted = function (...args) {
    emitted += 1;
    return EventEmitter.prototype.emit.apply(this, args);
  };
  const floods = async () => {
    const before = received();
    flood(connection, '.Flood', 2000);
    await all(before + 2000, 'the flood');
    await turns();
  };
  // What is ignored is ignored for a second at most: a machine that has more to do may take longer once.
  for (let attempt = 0; attempt < 5; attempt++) {
    delete agent.emit;
    await floods();
    emitted = 0;
    // Replaced behind the agent's back.
    Object.defineProperty(agent, 'emit', { value: counted, configurable: true, writable: true });
    await floods();
    if (emitted < 2000) break;
  }
  assert.ok(emitted < 2000, `${emitted} events of 4,000`);
  const until = Date.now() + 15_000;
  emitted = 0;
  while (emitted === 0 && Date.now() < until) {
    connection.writes(note('.Flood', 0));
    await turns(100);
  }
  assert.ok(emitted > 0, 'an emit that was replaced is noticed in the end');
});

test('who begins to listen hears what comes from then on', async (t) => {
  const { agent, connection } = await flooded(t);
  for (let round = 0; round < 20; round++) {
    const [body] = await called((callback) => {
      agent.once('.Flood', callback);
      connection.writes(note('.Flood', round));
    });
    assert.deepEqual(body, { n: round });
    flood(connection, '.Flood', 300);
    await turns(3);
    // What is left of the flood is for nobody.
    const done = called((callback) => agent.once('.Done', callback));
    connection.writes(note('.Done', 0));
    await done;
  }
});

test('a listener added in a callback hears what came along with the answer', async (t) => {
  const { simulator, agent, connection } = await flooded(t);
  answering(simulator, ({ id }) => {
    const answer = text({ kind: 'resp', reqId: id, code: 200, type: '.Answer', body: {} });
    connection.writes(Buffer.concat([note('.Flood', -1), answer, note('.Flood', 1), note('.Flood', 2)]));
    return null;
  });
  for (let round = 0; round < 50; round++) {
    const seen = [];
    await called((callback) =>
      agent.getClock({}, () => {
        agent.on('.Flood', ({ n }) => {
          seen.push(n);
          if (n === 2) callback();
        });
      }),
    );
    assert.deepEqual(seen, [1, 2]);
    agent.removeAllListeners('.Flood');
    flood(connection, '.Flood', 100);
    await turns(2);
  }
});

/** Nothing else happens in JavaScript for so many ms. */
function busy(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}

test('a listener added once a promise has settled hears what came meanwhile', async (t) => {
  const { simulator, agent, connection } = await flooded(t);
  const other = new Agent(simulator.options({ username: 'other' }));
  t.after(() => other.dispose());
  await within(once(other, 'connected'), 'the other connection');
  // In a process of its own the service would go on by itself: so it has to have written before this one is busy.
  answering(simulator, ({ id }, from) => {
    from.writes(text({ kind: 'resp', reqId: id, code: 200, type: '.Answer', body: {} }));
    return null;
  });
  for (const asks of [agent, other]) {
    for (let round = 0; round < 5; round++) {
      flood(connection, '.Flood', 100);
      await turns(3);
      const asked = asks.getClock({});
      await asked;
      connection.writes(note('.Flood', 1000 + round));
      busy(50);
      const [body] = await called((callback) => {
        agent.on('.Flood', (heard) => heard.n >= 1000 && callback(heard));
      });
      assert.deepEqual(body, { n: 1000 + round });
      agent.removeAllListeners('.Flood');
    }
  }
});
