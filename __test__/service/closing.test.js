'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { answering, bot, connected, start, turns } = require('../support/kit');
const { frame } = require('../support/frames');

for (const code of [1000, 1001, 1006, 1008, 1011, 1012, 3000, 4401, 4407, 4999]) {
  test(`the service closes with ${code}`, async (t) => {
    const { simulator, agent, connection, heard } = await connected(t);
    let during;
    agent.on('closed', () => {
      during = agent.connected;
    });
    connection.closes(code, 'because');
    const args = await heard.the('closed');
    assert.deepEqual(args, [code]);
    assert.equal(during, false);
    if (code !== 1006) {
      const { code: echoed, reason } = await simulator.waitFor('the echo', ({ kind }) => kind === 'closed');
      assert.deepEqual([echoed, reason], [code, 'because']);
    }
    await turns();
    assert.deepEqual(heard.names('closed', 'error'), ['closed'], 'nothing reconnects by itself');
    assert.equal(simulator.connections.length, 1);
  });
}

test('a close frame without a code gives 1005', async (t) => {
  const { connection, heard } = await connected(t);
  connection.closes();
  assert.deepEqual(await heard.the('closed'), [1005]);
});

test('transport.ws.close(): without arguments a frame without a code; with code and reason as given', async (t) => {
  for (const [args, seen, heardCode] of [
    [[], { code: 1005, reason: '' }, 1005],
    [[4001], { code: 4001, reason: '' }, 4001],
    [[1000, 'bye ü'], { code: 1000, reason: 'bye ü' }, 1000],
  ]) {
    const { simulator, agent, heard } = await connected(t);
    agent.transport.ws.close(...args);
    assert.deepEqual(await heard.the('closed'), [heardCode]);
    const { code, reason } = await simulator.waitFor('the end', ({ kind }) => kind === 'closed');
    assert.deepEqual({ code, reason }, seen);
    assert.deepEqual(heard.names('error'), []);
  }
});

test('transport.close() and ws.terminate() drop the socket: 1006; ws.ping() pings; transport.reconnect() reconnects', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  agent.transport.close();
  assert.deepEqual(await heard.the('closed'), [1006]);
  agent.transport.reconnect();
  await heard.the('connected', 2);
  agent.transport.ws.ping();
  const pings = () => simulator.log.filter(({ kind, connection }) => kind === 'ping' && connection === 2);
  await simulator.waitFor('the first ping and one more', () => pings().length === 2);
  agent.transport.ws.terminate();
  assert.deepEqual(await heard.the('closed', 2), [1006]);
});

test('every connected is followed by exactly one closed before the next connected', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  for (let round = 1; round <= 5; round++) {
    const connection = await simulator.connection();
    if (round % 2) connection.closes(1000 + round);
    else agent.reconnect(true);
    await heard.the('closed', round);
    if (round % 2) agent.reconnect(true);
    await heard.the('connected', round + 1);
  }
  const pairs = heard.names('connected', 'closed');
  assert.deepEqual(
    pairs,
    pairs.map((_, at) => (at % 2 ? 'closed' : 'connected')),
  );
});

for (const [name, bytes] of [
  ['a masked frame', frame('text', '{}', { masked: true })],
  ['reserved bits', frame('text', '{}', { rsv: 4 })],
  ['a control frame in fragments', frame('ping', '', { fin: false })],
  ['a control frame that is too long', frame('ping', 'x'.repeat(126))],
  ['a continuation of nothing', frame('continuation', 'x')],
  ['a text within a fragmented text', Buffer.concat([frame('text', 'a', { fin: false }), frame('text', 'b')])],
  ['an unknown opcode', Buffer.from([0x83, 0])],
  ['invalid UTF-8', frame('text', Buffer.from([0x22, 0xff, 0x22]))],
  ['a close frame with half a code', frame('close', Buffer.from([3]))],
  ['a close frame with a forbidden code', frame('close', Buffer.from([1005 >> 8, 1005 & 255]))],
]) {
  test(`a frame that breaks RFC 6455, ${name}: one error, closed 1006, and reconnecting works`, async (t) => {
    const { agent, connection, heard } = await connected(t);
    connection.writes(bytes);
    const [error, ...context] = await heard.the('error');
    assert.match(error.message, /^Error on WS connection: ./);
    assert.deepEqual([error.code, error.service, context], [null, 'messaging', []]);
    assert.deepEqual(await heard.the('closed'), [1006]);
    agent.reconnect(true);
    await heard.the('connected', 2);
    assert.deepEqual(heard.names('error', 'closed', 'connected'), ['connected', 'error', 'closed', 'connected']);
  });
}

test('a message beyond maxPayload: one error, closed 1006', async (t) => {
  const { connection, heard, agent } = await connected(t, { conf: { maxPayload: 1000 }, types: ['.Big'] });
  const big = (length) => {
    const text = JSON.stringify({ kind: 'notification', type: '.Big', body: '' });
    return text.replace('""', JSON.stringify('x'.repeat(length - text.length)));
  };
  connection.push(big(1000));
  await heard.the('.Big');
  connection.push(big(1001));
  const [error] = await heard.the('error');
  assert.equal(error.message, 'Error on WS connection: Max payload size exceeded');
  assert.deepEqual(await heard.the('closed'), [1006]);
  agent.reconnect(true);
  await heard.the('connected', 2);
});

test('a peer that went silent: pings are checked for pongs, closed 1006', async (t) => {
  const { connection, heard } = await connected(t, { conf: { pingInterval: 50, pongTimeout: 200 } });
  connection.stalls();
  assert.deepEqual(await heard.the('closed'), [1006]);
});

test('a service that never answers our close frame does not keep the socket when it is replaced', async (t) => {
  const { agent, connection, heard } = await connected(t);
  connection.stalls();
  agent.transport.ws.close(1000);
  await turns();
  agent.reconnect(true);
  assert.deepEqual(await heard.the('closed'), [1006]);
  await heard.the('connected', 2);
});

test('requests pending at dispose(), at reconnect() and at the end of the socket are each told once', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  answering(simulator, () => null);
  const told = [];
  const ask = (name) => agent.getClock({}, (error) => told.push([name, error.message, agent.connected]));
  ask('before reconnect');
  agent.reconnect(true);
  await heard.the('connected', 2);
  assert.deepEqual(told, [['before reconnect', 'Request has timed out', false]]);
  ask('before the cut');
  await simulator.waitFor('the request', () => simulator.requests('.GetClock').length > 0);
  (await simulator.connection()).cuts();
  await heard.the('closed', 2);
  agent.reconnect(true);
  await heard.the('connected', 3);
  ask('before dispose');
  agent.dispose();
  assert.equal(told.length, 2, 'told after dispose() has returned');
  await turns();
  assert.deepEqual(
    told.map(([name, message]) => [name, message]),
    ['before reconnect', 'before the cut', 'before dispose'].map((name) => [name, 'Request has timed out']),
  );
});

test('two agents do not disturb each other', async (t) => {
  const simulator = await start(t);
  const one = bot(t, simulator.options({ username: 'one' }));
  const two = bot(t, simulator.options({ username: 'two' }), { types: ['.X'] });
  await one.heard.the('connected');
  await two.heard.the('connected');
  assert.notEqual(one.agent.token, two.agent.token);
  const connection = simulator.connections.find(({ session }) => session.bearer === two.agent.token);
  one.agent.dispose();
  connection.push({ kind: 'notification', type: '.X', body: 1 });
  assert.deepEqual(await two.heard.the('.X'), [1]);
  assert.equal(two.agent.connected, true);
});
