'use strict';

const assert = require('node:assert');
const net = require('node:net');
const { once } = require('node:events');
const { test } = require('node:test');

const { setup } = require('../test-support/setup');

const look = (client) => client.call('GET', client.account('service/baseURI.json?version=1.0'));

test('each HTTP step fails with any status, as often as said, with the body of its kind', async (t) => {
  const { simulator, client } = await setup(t);
  for (const status of [400, 401, 403, 429, 451, 502]) {
    simulator.fails('login', { status, times: 1 });
    const answer = await client.login();
    assert.strictEqual(answer.status, status);
    assert.strictEqual(typeof answer.body.error, 'object');
  }
  const failing = simulator.fails('login', { status: 500 });
  assert.match((await client.login()).body.error, /^LeLogin1 failed - /);
  assert.strictEqual((await client.login()).status, 500);
  assert.strictEqual(failing.count, 2);
  failing.ends();
  assert.strictEqual((await client.login()).status, 200);
  simulator.fails('csds', { status: 401 });
  assert.strictEqual((await look(client)).status, 401);
  simulator.recovers();
  assert.strictEqual((await look(client)).status, 200);
});

test('a refused login is no login: the earlier bearer lives on', async (t) => {
  const { simulator, client } = await setup(t);
  const { bearer } = (await client.login()).body;
  simulator.fails('login', { status: 500 });
  await client.login();
  assert.ok(await client.open(bearer));
});

test('an answer may have another body, status text or headers, or come late, cut short, or not at all', async (t) => {
  const { simulator, client } = await setup(t);
  simulator.fails('csds', { body: { baseURIs: [] }, times: 1 });
  assert.deepStrictEqual((await look(client)).body, { baseURIs: [] });
  simulator.fails('login', {
    body: ({ config, ...rest }) => ({ ...rest, config: { loginName: config.loginName } }),
    times: 1,
  });
  assert.deepStrictEqual((await client.login()).body.config, { loginName: 'bot' });
  simulator.fails('login', { body: { error: { message: 'no', internalCode: 7 } }, times: 1 });
  assert.deepStrictEqual((await client.login()).body, { error: { message: 'no', internalCode: 7 } });
  simulator.fails('refresh', {
    status: 302,
    statusText: 'Elsewhere',
    headers: { location: '/x' },
    body: 'not json',
    times: 1,
  });
  const moved = await client.session('refresh', await client.login());
  assert.deepStrictEqual(
    [moved.status, moved.statusMessage, moved.headers.location, moved.text],
    [302, 'Elsewhere', '/x', 'not json'],
  );
  simulator.fails('csds', { truncate: true, times: 1 });
  await assert.rejects(look(client), { code: 'ECONNRESET' });
  simulator.fails('csds', { cut: true, times: 1 });
  await assert.rejects(look(client), { code: 'ECONNRESET' });
  simulator.fails('csds', { late: 3_600_000, times: 1 });
  const late = look(client);
  await simulator.waitFor('the call', ({ outcome }) => outcome === 'late');
  simulator.clock.advance(3_600_000);
  assert.strictEqual((await late).status, 200);
  simulator.fails('csds', { hang: true, times: 1 });
  const hanging = look(client);
  hanging.catch(() => {});
  await simulator.waitFor('the call', ({ outcome }) => outcome === 'hang');
  await simulator.close();
  await assert.rejects(hanging, /ECONNRESET|socket hang up/);
});

test('faults choose their calls: skip, when, type', async (t) => {
  const { simulator, client } = await setup(t);
  simulator.fails('login', { status: 503, skip: 1, times: 1 });
  const states = [];
  for (let call = 0; call < 3; call++) states.push((await client.login()).status);
  assert.deepStrictEqual(states, [200, 503, 200]);
  simulator.fails('login', { status: 401, when: ({ body }) => body.username === 'mallory' });
  assert.strictEqual((await client.login()).status, 200);
  assert.strictEqual((await client.login({ username: 'mallory', password: 'x' })).status, 401);
  const socket = await client.signIn();
  simulator.fails('request', { code: 429, type: '.GetClock' });
  assert.strictEqual((await socket.request('.GetClock', {})).code, 429);
  assert.strictEqual((await socket.request('.ams.userprofile.GetUserProfile', {})).code, 200);
});

test('a handler decides at each call', async (t) => {
  const { simulator, client } = await setup(t);
  const seen = [];
  const handle = simulator.on('login', ({ account, body }) => {
    seen.push([account, body.username]);
    return seen.length === 2 ? { status: 429 } : undefined;
  });
  assert.deepStrictEqual([(await client.login()).status, (await client.login()).status], [200, 429]);
  assert.deepStrictEqual(seen[0], [client.accountId, 'bot']);
  assert.strictEqual(handle.count, 1);
});

test('mistakes in a fault are told', async (t) => {
  const { simulator } = await setup(t);
  assert.throws(() => simulator.on('breakfast', () => undefined), /There is no step "breakfast"/);
  assert.throws(() => simulator.fails('breakfast', {}), /There is no step "breakfast"; there are csds, login/);
  assert.throws(
    () => simulator.fails('login', { code: 1 }),
    /A fault at "login" has no field "code"; it may have status/,
  );
});

test('chaos is the same for the same seed, and ends', async (t) => {
  const misfortunes = { login: [{ status: 500 }, { status: 429 }], csds: [{ status: 503 }] };
  const runs = [];
  for (const seed of [7, 7, 8]) {
    const { simulator, client } = await setup(t);
    const chaos = simulator.chaos({ seed, rate: 0.5, misfortunes });
    const states = [];
    for (let call = 0; call < 12; call++) {
      states.push((await client.login()).status);
      // Calls of another step in between do not matter.
      if (seed === 7 && runs.length === 1) await look(client);
    }
    assert.strictEqual(
      chaos.deeds.filter(({ step }) => step === 'login').length,
      states.filter((one) => one > 200).length,
    );
    chaos.ends();
    assert.strictEqual((await client.login()).status, 200);
    runs.push(states.join());
  }
  assert.strictEqual(runs[0], runs[1]);
  assert.notStrictEqual(runs[0], runs[2]);
});

test('with the usual misfortunes a stubborn client still gets through', async (t) => {
  const { simulator, client } = await setup(t);
  simulator.chaos({ seed: 3, rate: 0.3 });
  let answered = 0;
  for (let attempt = 0; attempt < 40 && answered < 5; attempt++) {
    try {
      const { body } = await client.login();
      const socket = await client.open(body.bearer);
      socket.ws.on('error', () => {});
      const answer = socket.request('.GetClock', {});
      answer.catch(() => {});
      const ended = socket.closed.then(() => undefined);
      // The pong comes behind an answer that is neither lost nor late.
      const probe = once(socket.ws, 'pong').then(() => undefined);
      socket.ws.ping();
      const first = await Promise.race([answer, ended, probe]);
      if (first?.code === 200) answered++;
      socket.ws.terminate();
    } catch {
      // That is what chaos is about: try again.
    }
  }
  assert.strictEqual(answered, 5);
});

test('strangers who speak no TLS, or ask for nonsense, do no harm', async (t) => {
  const { simulator, client } = await setup(t);
  const stranger = net.connect(simulator.port, '127.0.0.1');
  stranger.on('error', () => {});
  stranger.write('GET / HTTP/1.0\r\n\r\n');
  await once(stranger, 'close');
  for (const path of ['//', '/%', '/api/account/%/login']) assert.ok((await client.call('POST', path)).status >= 400);
  assert.match(await client.refused('x', { path: '/ws_api/account/1/messaging/brand/%' }), /response: 401/);
  assert.strictEqual((await look(client)).status, 200);
});
