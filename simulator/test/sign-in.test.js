'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { setup } = require('../test-support/setup');

const OAUTH = { appKey: 'k', secret: 's', accessToken: 't', accessTokenSecret: 'ts' };

test('a login answers what LivePerson documents, and sets the session cookie', async (t) => {
  const { client } = await setup(t);
  const { status, headers, body } = await client.login();
  assert.strictEqual(status, 200);
  assert.match(body.bearer, /^[0-9a-f]{64}$/);
  assert.match(body.csrf, /^[0-9a-f]{64}$/);
  assert.strictEqual(body.sessionTTl, '28800000');
  assert.strictEqual(body.config.loginName, 'bot');
  assert.match(body.config.userId, /^\d+$/);
  assert.match(body.config.userPid, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(Array.isArray(body.config.userPrivileges) && body.wsuk && body.sessionId);
  assert.ok(body.csdsCollectionResponse.baseURIs.length > 0 && body.accountData.agentGroupsData.items.length > 0);
  assert.match(headers['set-cookie'][0], /^Session_id=[^;]+;/);
});

test('an invented agent is the same one in every simulator', async (t) => {
  const ids = [];
  for (let run = 0; run < 2; run++) {
    const { client } = await setup(t);
    const { config } = (await client.login()).body;
    ids.push([config.userId, config.userPid]);
  }
  assert.deepStrictEqual(ids[0], ids[1]);
});

test('an invented agent with an assertion signs in again as the same one', async (t) => {
  const { client } = await setup(t);
  const credentials = { jwt: 'dummy', assertion: 'PHNhbWw+' };
  const [first, second] = [await client.login(credentials), await client.login(credentials)];
  assert.deepStrictEqual([first.status, second.status], [200, 200]);
  assert.strictEqual(first.body.config.userId, second.body.config.userId);
});

test('all kinds of credentials sign in, and only the right ones', async (t) => {
  const { simulator, client } = await setup(t);
  simulator.agent({ username: 'pass', password: 'right' });
  simulator.agent({ username: 'saml', assertion: 'PHNhbWw+' });
  simulator.agent({ username: 'oauth', ...OAUTH });
  const cases = [
    [
      { username: 'pass', password: 'right' },
      { username: 'pass', password: 'wrong' },
    ],
    [{ jwt: 'dummy', assertion: 'PHNhbWw+' }, undefined],
    [
      { username: 'oauth', ...OAUTH },
      { username: 'oauth', ...OAUTH, secret: 'other' },
    ],
  ];
  for (const [right, wrong] of cases) {
    assert.strictEqual((await client.login(right)).status, 200);
    if (wrong === undefined) continue;
    const { status, body } = await client.login(wrong);
    assert.strictEqual(status, 401);
    assert.strictEqual(body.error.responseStatus, 'UNAUTHORIZED');
  }
});

test('a ready token opens a socket without a login', async (t) => {
  const { simulator, client } = await setup(t);
  const agent = simulator.agent({ username: 'ready', token: 'made/elsewhere+=' });
  const socket = await client.open(encodeURIComponent('made/elsewhere+='));
  const profile = await socket.request('.ams.userprofile.GetUserProfile', {});
  assert.strictEqual(profile.body.userId, agent.id);
  assert.deepStrictEqual(Object.keys(agent.options()), ['accountId', 'token', 'userId', 'csdsDomain', 'ca']);
  simulator.clock.advance(3_600_000);
  assert.ok(await client.open(encodeURIComponent('made/elsewhere+=')));
});

test('a strict simulator turns strangers away', async (t) => {
  const { client } = await setup(t, { strict: true });
  assert.strictEqual((await client.login()).status, 401);
  assert.strictEqual((await client.login({ jwt: 'dummy', assertion: 'x' })).status, 401);
});

test('a login with no complete credentials, or no JSON, is 400', async (t) => {
  const { client } = await setup(t);
  assert.strictEqual((await client.login({ username: 'bot' })).status, 400);
  assert.strictEqual((await client.call('POST', client.account('login?v=1.3'), { raw: 'user=bot' })).status, 400);
});

test('a refresh with cookie and csrf answers 200 without a body and sets the cookie again', async (t) => {
  const { client } = await setup(t);
  const login = await client.login();
  const { status, text, headers } = await client.session('refresh', login);
  assert.deepStrictEqual([status, text], [200, '']);
  assert.match(headers['set-cookie'][0], /^Session_id=/);
  const small = login.headers['set-cookie'][0].split(';')[0].replace('Session_id', 'session_id');
  const body = { csrf: login.body.csrf };
  const again = await client.call('POST', client.account('refresh'), { body, headers: { cookie: small } });
  assert.strictEqual(again.status, 200);
});

test('a refresh with a wrong csrf or without the cookie is 401 with the documented error', async (t) => {
  const { client } = await setup(t);
  const login = await client.login();
  const wrong = await client.session('refresh', login, 'wrong');
  assert.strictEqual(wrong.status, 401);
  assert.strictEqual(wrong.body.error.internalCode, 10);
  assert.match(wrong.body.error.message, /CSRF/);
  const { csrf } = login.body;
  assert.strictEqual((await client.call('POST', client.account('refresh?v=1.3'), { body: { csrf } })).status, 401);
});

test('an idle session is over after exactly ten minutes, and not before', async (t) => {
  const { simulator, client } = await setup(t);
  // The machine's own time passes too, so the early one keeps a second of distance.
  const early = await client.login({ username: 'early', password: 'x' });
  simulator.clock.advance(599_000);
  assert.strictEqual((await client.session('refresh', early)).status, 200);
  const late = await client.login({ username: 'late', password: 'x' });
  simulator.clock.advance(600_000);
  assert.strictEqual((await client.session('refresh', late)).status, 401);
  assert.strictEqual(await client.refused(late.body.bearer), 'Unexpected server response: 401');
});

test('a refreshed session lives on, up to its eight hours', async (t) => {
  const { simulator, client } = await setup(t);
  const login = await client.login();
  for (let passed = 0; passed < 8 * 60; passed += 9) {
    assert.strictEqual((await client.session('refresh', login)).status, 200, `after ${passed} minutes`);
    simulator.clock.advance(9 * 60_000);
  }
  assert.strictEqual((await client.session('refresh', login)).status, 401);
});

test('a logout ends the session', async (t) => {
  const { client } = await setup(t);
  const login = await client.login();
  const { status, text } = await client.session('logout', login);
  assert.deepStrictEqual([status, text], [200, '']);
  assert.strictEqual((await client.session('logout', login)).status, 401);
  assert.strictEqual(await client.refused(login.body.bearer), 'Unexpected server response: 401');
});

test("a user's second login ends the first bearer for new sockets; the open one stays", async (t) => {
  const { client } = await setup(t);
  const first = await client.login();
  const socket = await client.open(first.body.bearer);
  const second = await client.login();
  assert.strictEqual(await client.refused(first.body.bearer), 'Unexpected server response: 401');
  assert.ok(await client.open(second.body.bearer));
  assert.strictEqual((await socket.request('.GetClock', {})).code, 200);
  const other = await client.login({ username: 'other', password: 'x' });
  assert.ok(await client.open(second.body.bearer), `${other.body.config.loginName} is somebody else`);
});
