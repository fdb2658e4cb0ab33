'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { version } = require('../../package.json');
const { bot, called, calls, connected, start } = require('../support/kit');

const OAUTH1 = { username: 'bot', appKey: 'k', secret: 's', accessToken: 'a', accessTokenSecret: 'as' };
const DEFAULTS = { username: undefined, password: undefined };

for (const [kind, conf, body] of [
  ['user name and password', { username: 'bot', password: 'pw' }, { username: 'bot', password: 'pw' }],
  ['a SAML assertion', { assertion: 'saml' }, { jwt: 'dummy', assertion: 'saml' }],
  ['OAuth1', OAUTH1, OAUTH1],
  [
    'password before assertion and OAuth1',
    { ...OAUTH1, password: 'pw', assertion: 'saml' },
    { username: 'bot', password: 'pw' },
  ],
  ['assertion before OAuth1', { ...OAUTH1, assertion: 'saml' }, { jwt: 'dummy', assertion: 'saml' }],
]) {
  test(`signs in with ${kind}`, async (t) => {
    const { simulator, agent, heard } = await connected(t, { conf: { ...DEFAULTS, ...conf } });
    const [login, ...more] = calls(simulator, 'login');
    assert.equal(more.length, 0);
    assert.deepEqual([login.method, login.path, login.query], ['POST', '/api/account/12345678/login', { v: '1.3' }]);
    assert.equal(JSON.stringify(login.body), JSON.stringify(body));
    assert.deepEqual(
      [login.headers['user-agent'], login.headers.accept, login.headers['content-type']],
      [`NodeAgentSDK/${version}`, 'application/json', 'application/json'],
    );
    assert.equal(login.headers['accept-encoding'], undefined);
    const { config, bearer, csrf } = login.answer.body;
    assert.deepEqual(
      [agent.userId, agent.agentId, agent.__oldAgentId, agent.token, agent.getBearerToken(), agent.csrf],
      [config.userId, config.userPid, `12345678.${config.userId}`, bearer, bearer, csrf],
    );
    assert.deepEqual(heard.names('success', 'connected', 'closed', 'error'), ['success', 'success', 'connected']);
    assert.deepEqual(heard.all('success'), [[{ location: 'Connect#CSDS' }], [{ location: 'Connect#Login' }]]);
    const [{ connected: isConnected, ts, ...rest }] = heard.all('connected')[0];
    assert.deepEqual([isConnected, rest], [true, {}]);
    assert.ok(Math.abs(ts - Date.now()) < 60_000);
  });
}

test('a ready token needs no login; it wins over everything', async (t) => {
  const simulator = await start(t);
  const owner = simulator.agent({ token: 'ready.token+a=~', userId: '4711' });
  const { agent, heard } = bot(t, owner.options({ username: 'bot', password: 'pw', assertion: 'x' }));
  await heard.the('connected');
  assert.equal(calls(simulator, 'login').length, 0);
  assert.deepEqual(heard.all('success'), [[{ location: 'Connect#CSDS' }], [{ location: 'Connect#Login' }]]);
  assert.deepEqual(
    [agent.userId, agent.__oldAgentId, agent.agentId, agent.token, agent.jar, agent.csrf, agent.getBearerToken()],
    ['4711', '12345678.4711', undefined, undefined, undefined, undefined, 'ready.token+a=~'],
  );
  const { path } = simulator.log.find(({ kind }) => kind === 'upgrade');
  assert.equal(path, '/ws_api/account/12345678/messaging/brand/ready.token+a=~');
  assert.equal(agent.transport.configuration.token, 'ready.token+a=~');
});

test('the calls on the way: look-up, upgrade and first ping', async (t) => {
  const { simulator } = await connected(t, {
    conf: { headers: { 'X-Mine': 'm', 'X-Two': ['1', '2'] }, origin: 'https://o' },
  });
  const [lookUp] = calls(simulator, 'csds');
  assert.deepEqual(
    [lookUp.method, lookUp.path, lookUp.query],
    ['GET', '/api/account/12345678/service/baseURI.json', { version: '1.0' }],
  );
  assert.deepEqual([lookUp.headers.accept, lookUp.headers['user-agent']], ['application/json', undefined]);
  assert.equal(lookUp.headers['x-mine'], undefined);
  const upgrade = simulator.log.find(({ kind }) => kind === 'upgrade');
  assert.deepEqual(upgrade.query, { v: '2.1' });
  const { headers } = upgrade;
  assert.deepEqual(
    [headers['x-mine'], headers['x-two'], headers.origin, headers['user-agent']],
    ['m', '1, 2', 'https://o', undefined],
  );
  assert.equal(calls(simulator, 'login')[0].headers.origin, undefined);
  await simulator.waitFor('a ping at once', ({ kind }) => kind === 'ping');
});

test('apiVersion, appId, wsDomainType and domains reach where they belong', async (t) => {
  const simulator = await start(t, { hosts: { agentVep: 'vep.localhost', asyncMessagingEnt: 'ent.localhost' } });
  const conf = { apiVersion: 2, appId: 'my app', wsDomainType: 'asyncMessagingEnt' };
  const { heard } = bot(t, simulator.options(conf));
  await heard.the('connected');
  const upgrade = simulator.log.find(({ kind }) => kind === 'upgrade');
  assert.deepEqual(upgrade.query, { v: '2', intid: 'na-sdk-js', intvn: version, appId: 'my app' });
  assert.match(upgrade.headers.host, /^ent\.localhost:/);
  assert.match(calls(simulator, 'login')[0].headers.host, /^vep\.localhost:/);

  const domains = { agentVep: `127.0.0.1:${simulator.port}`, facadeMsg: `127.0.0.1:${simulator.port}` };
  const from = simulator.log.length;
  const second = bot(t, simulator.options({ domains, wsDomainType: 'noSuchService' }));
  await second.heard.the('connected');
  const hosts = simulator.log.slice(from).filter(({ kind, step }) => kind === 'upgrade' || step === 'login');
  assert.deepEqual(
    hosts.map(({ headers }) => headers.host),
    [domains.agentVep, domains.facadeMsg],
  );
});

test('conf.domain takes the place of agentVep for the login and of the WebSocket host', async (t) => {
  const simulator = await start(t);
  const { heard } = bot(t, simulator.options({ domain: `127.0.0.1:${simulator.port}` }));
  await heard.the('connected');
  assert.deepEqual(
    simulator.log.filter(({ kind, step }) => kind === 'upgrade' || step === 'login').map(({ headers }) => headers.host),
    [`127.0.0.1:${simulator.port}`, `127.0.0.1:${simulator.port}`],
  );
});

test('accountId may be a number; options that are texts for numbers count', async (t) => {
  const { agent } = await connected(t, {
    conf: { accountId: 12345678, requestTimeout: '700', refreshSessionInterval: '5000' },
  });
  assert.deepEqual([agent.accountId, agent.requestTimeout, agent.refreshSessionInterval], [12345678, '700', '5000']);
});

test('the properties of an agent before and after it is connected, and after dispose()', async (t) => {
  const simulator = await start(t);
  const conf = Object.freeze(simulator.options());
  const { agent, heard } = bot(t, conf);
  assert.equal(agent.conf, conf);
  assert.deepEqual(
    ['accountId', 'agentId', 'userId', '__oldAgentId', 'connected', 'token', 'csrf', 'jar', 'transport'].map(
      (name) => agent[name],
    ),
    ['12345678', undefined, undefined, undefined, false, undefined, undefined, undefined, undefined],
  );
  assert.deepEqual(
    [agent.requestTimeout, agent.errorCheckInterval, agent.refreshSessionInterval],
    [undefined, undefined, 600_000],
  );
  assert.deepEqual(heard.names(), [], 'nothing is said out of the constructor');
  await heard.the('connected');
  assert.deepEqual([agent.requestTimeout, agent.errorCheckInterval, agent.connected], [10_000, 1000, true]);
  assert.equal(agent.transport.configuration.token, agent.token);
  assert.equal(typeof agent.transport.ws.close, 'function');
  agent.dispose();
  assert.deepEqual([agent.connected, agent.transport], [false, null]);
  assert.equal(JSON.stringify(Object.keys(conf)), JSON.stringify(Object.keys(simulator.options())));
});

test('falsy intervals mean the default', async (t) => {
  const { agent } = await connected(t, {
    conf: { requestTimeout: 0, errorCheckInterval: null, refreshSessionInterval: 0 },
  });
  assert.deepEqual(
    [agent.requestTimeout, agent.errorCheckInterval, agent.refreshSessionInterval],
    [10_000, 1000, 600_000],
  );
});

test('the live conf counts: what is written or replaced is used by the next attempt', async (t) => {
  const simulator = await start(t);
  const owner = simulator.agent({ token: 'fresh-token', userId: 99 });
  const { agent, heard } = bot(t, { ...simulator.options(), username: 'first' });
  await heard.the('connected');
  agent.conf.username = 'second';
  agent.reconnect();
  await heard.the('connected', 2);
  agent.conf = { ...simulator.options(), username: 'third' };
  agent.reconnect();
  await heard.the('connected', 3);
  agent.conf.token = owner.token;
  agent.conf.userId = 99;
  agent.reconnect();
  await heard.the('connected', 4);
  assert.deepEqual(
    calls(simulator, 'login').map(({ body }) => body.username),
    ['first', 'second', 'third'],
  );
  assert.deepEqual([agent.userId, agent.getBearerToken()], [99, 'fresh-token']);
});

test('a token of our own that a bot copied into its conf is not taken for its own', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  const { userId } = agent;
  agent.conf.token = agent.token;
  agent.reconnect();
  await heard.the('connected', 2);
  assert.equal(calls(simulator, 'login').length, 2);
  assert.equal(agent.userId, userId);
  assert.notEqual(agent.token, agent.conf.token);
});

test('a login without csrf leaves no session: no token, no jar, no refresh', async (t) => {
  const simulator = await start(t);
  simulator.fails('login', { body: ({ csrf, ...rest }) => (void csrf, rest) });
  const { agent, heard } = bot(t, simulator.options());
  await heard.the('connected');
  const [{ answer }] = calls(simulator, 'login');
  assert.deepEqual(
    [agent.csrf, agent.jar, agent.token, agent.getBearerToken()],
    [undefined, undefined, undefined, answer.body.bearer],
  );
  const [error] = await called((callback) => agent.refreshSession(callback));
  assert.match(error.message, /^CSRF and JAR are not defined/);
});

test('the jar knows the cookies of the login, for the login host', async (t) => {
  const simulator = await start(t, { hosts: { agentVep: 'vep.localhost', facadeMsg: 'ws.localhost' } });
  const cookies = [
    'a="quoted"; Path=/; Secure',
    'deep=1; Path=/api/account',
    'gone=1; Max-Age=0',
    'other=1; Path=/other',
  ];
  simulator.fails('login', { headers: { 'set-cookie': cookies } });
  const { agent, heard } = bot(t, simulator.options());
  assert.equal(agent.jar, undefined);
  await heard.the('connected');
  const host = `https://vep.localhost:${simulator.port}`;
  const names = (url) => agent.jar.getCookieString(url).split('; ').sort().join('; ');
  assert.equal(names(`${host}/api/account/12345678/refresh`), 'a="quoted"; deep=1');
  assert.equal(names(`${host}/`), 'a="quoted"');
  assert.equal(agent.jar.getCookieString(`https://ws.localhost:${simulator.port}/`), '');
  assert.equal(agent.jar.getCookieString(`http://vep.localhost:${simulator.port}/`), '');
  assert.equal(agent.jar.getCookieString('no url at all'), '');
});

test('csdsClient.getAll answers with the domains', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  const successes = heard.all('success').length;
  const [error, domains] = await called((callback) => agent.csdsClient.getAll(callback));
  assert.equal(error, null);
  assert.equal(domains.agentVep, simulator.domainOf('agentVep'));
  assert.deepEqual(await agent.csdsClient.getAll(), domains);
  assert.equal(heard.all('success').length, successes, 'it says nothing by events');
  assert.equal(calls(simulator, 'csds').length, 1, 'the answer is kept for a minute');
});

test('a kept domain answer is told before connect() returns; stdTTL ends it', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  heard.clear();
  agent.reconnect();
  assert.deepEqual(heard.list, [['success', { location: 'Reconnect#CSDS' }]]);
  await heard.the('connected');
  assert.equal(calls(simulator, 'csds').length, 1);

  const brief = await connected(t, { conf: { stdTTL: 0.001 } });
  brief.agent.reconnect();
  await brief.heard.the('connected', 2);
  assert.equal(calls(brief.simulator, 'csds').length, 2);
});

test('the look-up follows a redirect, the login does not', async (t) => {
  const simulator = await start(t);
  const elsewhere = await start(t);
  const location = `https://${elsewhere.csdsDomain}/api/account/12345678/service/baseURI.json?version=1.0`;
  simulator.fails('csds', { status: 302, headers: { location }, times: 1 });
  const { heard } = bot(t, simulator.options());
  await heard.the('connected');
  assert.equal(elsewhere.connections.length, 1);
  elsewhere.fails('login', { status: 302, headers: { location: 'https://localhost/' }, times: 1 });
  const second = bot(t, elsewhere.options());
  const [error, context] = await second.heard.the('error');
  assert.deepEqual([error.code, error.service, context.location], [302, 'authentication.login', 'Connect#Login']);
});

test('missing options throw', () => {
  const { Agent } = require('../..');
  const account = /^Error: missing accountId param$/;
  const credentials =
    /^Error: missing token or user\/password or assertion or appKey\/secret\/accessToken\/accessTokenSecret params$/;
  for (const conf of [undefined, null, {}, { username: 'a', password: 'b' }])
    assert.throws(() => new Agent(conf), account);
  for (const conf of [
    {},
    { username: 'a' },
    { password: 'b' },
    { ...OAUTH1, appKey: '' },
    { appKey: 'k', secret: 's', accessToken: 'a', accessTokenSecret: 'as' },
  ]) {
    assert.throws(() => new Agent({ accountId: '1', ...conf }), credentials);
  }
});
