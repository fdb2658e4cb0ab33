'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { bot, called, calls, connected, start, turns, within } = require('../support/kit');
const { closedPort } = require('../support/servers');

const upgrades = (simulator) => simulator.log.filter(({ kind }) => kind === 'upgrade');
const alternate = (names) => names.every((name, at) => name === (at % 2 ? 'closed' : 'connected'));

test('reconnect(true): only the socket, the same token; one closed 1006 for the old one before connected', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  heard.clear();
  assert.equal(agent.reconnect(true), undefined);
  await heard.the('connected');
  assert.deepEqual(heard.names(), ['closed', 'connected']);
  assert.deepEqual(heard.all('closed'), [[1006]]);
  assert.deepEqual([calls(simulator, 'login').length, calls(simulator, 'csds').length], [1, 1]);
  assert.equal(upgrades(simulator)[0].path, upgrades(simulator)[1].path);
  assert.equal(simulator.connections.filter(({ isOpen }) => isOpen).length, 1);
});

test('reconnect(): look-up, login, a new socket, one closed for the old one', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  heard.clear();
  assert.equal(agent.reconnect(), undefined);
  await heard.the('connected');
  assert.deepEqual(
    heard.list.map(([name, value]) => [name, name === 'success' ? value.location : undefined]),
    [
      ['success', 'Reconnect#CSDS'],
      ['success', 'Reconnect#Relogin#WS'],
      ['closed', undefined],
      ['connected', undefined],
    ],
  );
  assert.equal(calls(simulator, 'login').length, 2);
  assert.ok(upgrades(simulator)[1].path.endsWith(agent.token));
});

test('what reconnect is given is looked at for truth only', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  for (const [at, flag] of ['yes', 1, {}].entries()) {
    agent.reconnect(flag);
    await heard.the('connected', at + 2);
  }
  assert.equal(calls(simulator, 'login').length, 1);
  for (const [at, flag] of [0, '', null].entries()) {
    agent.reconnect(flag);
    await heard.the('connected', at + 5);
  }
  assert.equal(calls(simulator, 'login').length, 4);
});

test('calls while a reconnect is under way join it; one that wants a new token upgrades one that does not', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  for (let call = 0; call < 20; call++) agent.reconnect();
  await heard.the('connected', 2);
  assert.equal(calls(simulator, 'login').length, 2);
  for (let call = 0; call < 20; call++) agent.reconnect(call < 10);
  await heard.the('connected', 3);
  await turns(20);
  assert.equal(calls(simulator, 'login').length, 3);
  for (let call = 0; call < 20; call++) agent.reconnect(true);
  await heard.the('connected', 4);
  await turns(20);
  assert.equal(calls(simulator, 'login').length, 3);
  assert.equal(simulator.connections.length, 4);
  assert.ok(alternate(heard.names('connected', 'closed')));
});

test('connect() while connected: a new socket takes the place of the old one', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  assert.deepEqual(await called((callback) => agent.connect(callback)), [null]);
  await heard.the('connected', 2);
  assert.deepEqual(heard.names('connected', 'closed'), ['connected', 'closed', 'connected']);
  assert.equal(simulator.connections.filter(({ isOpen }) => isOpen).length, 1);
});

test('connect() calls back with null when the socket has been started, not opened', async (t) => {
  const simulator = await start(t);
  simulator.fails('upgrade', { hang: true });
  const { agent, heard } = bot(t, simulator.options());
  assert.deepEqual(await called((callback) => agent.connect(callback)), [null]);
  assert.equal(agent.connected, false);
  assert.deepEqual(heard.names('connected', 'error'), []);
  assert.deepEqual(await called((callback) => agent.connect(callback)), [null], 'one that joins is told as well');
});

test('reconnect() inside closed, against a server that flaps: logins bounded by calls, pairs exact', async (t) => {
  const simulator = await start(t);
  const ROUNDS = 300;
  let rounds = 0;
  simulator.on('upgrade', () => (++rounds < ROUNDS ? { closes: rounds % 3 ? 1011 : 1006 } : undefined));
  const { agent, heard } = bot(t, simulator.options());
  let asked = 1;
  agent.on('closed', () => {
    asked++;
    agent.reconnect();
    agent.reconnect(true);
  });
  await within(
    heard.until('a socket that stays', () => rounds === ROUNDS && agent.connected, 60_000),
    'a socket that stays',
    60_000,
  );
  await turns(20);
  const pairs = heard.names('connected', 'closed');
  assert.equal(pairs.length, 2 * ROUNDS - 1);
  assert.ok(alternate(pairs));
  assert.equal(calls(simulator, 'login').length, asked);
  assert.equal(asked, ROUNDS);
  assert.equal(simulator.connections.filter(({ isOpen }) => isOpen).length, 1);
});

test('reconnect() inside error and closed, against a server that refuses and flaps', async (t) => {
  const simulator = await start(t);
  const ROUNDS = 300;
  let steps = 0;
  const flaps = (...faults) => {
    steps++;
    return steps < ROUNDS ? faults[steps % faults.length] : undefined;
  };
  simulator.on('upgrade', () => flaps({ status: 503 }, { cut: true }, { closes: 4401 }, { status: 401 }));
  simulator.on('login', () => flaps(undefined, { status: 500 }, { cut: true }));
  const { agent, heard } = bot(t, simulator.options());
  let asked = 1;
  const again = () => {
    asked++;
    agent.reconnect();
  };
  agent.on('closed', again);
  agent.on('error', again);
  await heard.until('a socket that stays', () => steps >= ROUNDS && agent.connected, 60_000);
  await turns(20);
  assert.ok(calls(simulator, 'login').length <= asked, `${calls(simulator, 'login').length} of ${asked}`);
  // A socket that never opened has its closed without a connected; after each connected there is one before the next.
  const names = heard.names('connected', 'closed');
  assert.ok(names.every((name, at) => name !== 'connected' || names[at - 1] !== 'connected'));
  assert.equal(simulator.connections.filter(({ isOpen }) => isOpen).length, 1);
  assert.equal(agent.connected, true);
});

test('reconnect(true) inside error and inside closed of a socket that cannot be opened: one attempt each', async (t) => {
  const simulator = await start(t);
  simulator.fails('upgrade', { status: 503, times: 50 });
  const { agent, heard } = bot(t, simulator.options());
  agent.on('error', () => agent.reconnect(true));
  agent.on('closed', () => agent.reconnect(true));
  await heard.the('connected');
  assert.equal(upgrades(simulator).length, 51);
  assert.deepEqual([heard.all('error').length, heard.all('closed').length], [50, 50]);
  assert.equal(calls(simulator, 'login').length, 1);
});

test('a server that is away for a while', async (t) => {
  const { simulator, agent, connection, heard } = await connected(t, { conf: { stdTTL: 0.001 } });
  simulator.refuses();
  connection.cuts();
  await heard.the('closed');
  let tries = 0;
  agent.on('error', () => {
    if (++tries === 20) simulator.listens().then(() => agent.reconnect());
    else if (tries < 20) agent.reconnect();
  });
  agent.reconnect();
  await heard.the('connected', 2);
  assert.equal(tries, 20);
  assert.equal(calls(simulator, 'login').length, 2);
});

test('a failed reconnect leaves the open socket alone', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  simulator.fails('login', { status: 500, times: 1 });
  agent.reconnect();
  const [, context] = await heard.the('error');
  assert.deepEqual(context, { location: 'Reconnect#Relogin#WS' });
  assert.equal(agent.connected, true);
  assert.equal((await called((callback) => agent.getClock({}, callback)))[0], null);
  assert.deepEqual(heard.names('closed'), []);
});

test('conf.domains is honoured by reconnect() and refreshSession() too', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  const port = await closedPort();
  agent.conf.domains = { agentVep: `127.0.0.1:${port}` };
  await called((callback) => agent.refreshSession(callback));
  assert.equal(heard.all('error')[0][0].error.port, port);
  agent.reconnect();
  assert.equal((await heard.the('error', 2))[0].error.port, port);
  agent.conf.domains = { agentVep: `127.0.0.1:${simulator.port}` };
  agent.reconnect();
  await heard.the('connected', 2);
  assert.equal(calls(simulator, 'login')[1].headers.host, `127.0.0.1:${simulator.port}`);
});

test('a token written to the transport, or to conf, is used by the next attempt', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  const owner = simulator.agent({ token: 'token-of-another', userId: '5' });
  agent.transport.configuration.token = owner.token;
  agent.reconnect(true);
  await heard.the('connected', 2);
  assert.ok(upgrades(simulator)[1].path.endsWith(owner.token));
  assert.equal(calls(simulator, 'login').length, 1);
});
