'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { Agent } = require('../..');
const { bot, called, calls, connected, start, turns } = require('../support/kit');

const SUCCESS = ['Precheck', 'CSDS', 'REST'].map((step) => [{ location: `RefreshSession#${step}` }]);

test('refreshSession(): the call with csrf and cookies, and what is said', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  heard.clear();
  assert.deepEqual(await called((callback) => agent.refreshSession(callback)), [null]);
  assert.deepEqual(heard.all('success'), SUCCESS);
  const [refresh] = calls(simulator, 'refresh');
  const [login] = calls(simulator, 'login');
  assert.deepEqual(
    [refresh.method, refresh.path, refresh.query],
    ['POST', '/api/account/12345678/refresh', { v: '1.3' }],
  );
  assert.deepEqual(refresh.body, { csrf: login.answer.body.csrf });
  assert.equal(refresh.headers.cookie, login.answer.headers['set-cookie'][0].split(';')[0]);
  assert.match(refresh.headers['user-agent'], /^NodeAgentSDK\//);
  assert.equal(await agent.refreshSession(), undefined);
});

test('an unreadable 200 to a refresh is a success; its cookies are kept', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  simulator.fails('refresh', { body: '<html>', headers: { 'set-cookie': ['more=2; Path=/'] } });
  assert.deepEqual(await called((callback) => agent.refreshSession(callback)), [null]);
  assert.deepEqual(heard.all('error'), []);
  assert.match(agent.jar.getCookieString(`https://${simulator.csdsDomain}/`), /more=2/);
  await agent.refreshSession();
  assert.match(calls(simulator, 'refresh')[1].headers.cookie, /more=2/);
});

test('a refresh answered 401 logs in anew, keeps the open socket, and the new token is used from then on', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  const { token } = agent;
  simulator.fails('refresh', { status: 401, times: 1 });
  heard.clear();
  assert.deepEqual(await called((callback) => agent.refreshSession(callback)), [null]);
  assert.deepEqual(
    heard.list.map(([name, { location }]) => [name, location]),
    [
      ['success', 'RefreshSession#Precheck'],
      ['success', 'RefreshSession#CSDS'],
      ['success', 'RefreshSession#Relogin#WS'],
    ],
  );
  assert.notEqual(agent.token, token);
  await turns(20);
  assert.deepEqual([simulator.connections.length, agent.connected], [1, true]);
  agent.reconnect(true);
  await heard.the('connected');
  assert.ok(simulator.log.filter(({ kind }) => kind === 'upgrade')[1].path.endsWith(agent.token));
});

test('a refresh answered 401 without a socket logs in and connects', async (t) => {
  const { simulator, agent, heard, connection } = await connected(t);
  connection.closes(1011);
  await heard.the('closed');
  simulator.fails('refresh', { status: 401, times: 1 });
  await called((callback) => agent.refreshSession(callback));
  await heard.the('connected', 2);
  assert.equal(calls(simulator, 'login').length, 2);
});

test('a login that fails after a 401 is an error at Relogin', async (t) => {
  const { simulator, agent, heard } = await connected(t);
  simulator.fails('refresh', { status: 401 });
  simulator.fails('login', { status: 500, statusText: 'No' });
  const [error] = await called((callback) => agent.refreshSession(callback));
  assert.deepEqual(heard.all('error'), [[error, { location: 'RefreshSession#Relogin#WS' }]]);
  assert.equal(error.message, 'Error on AgentVEP login: No');
  assert.equal(agent.connected, true);
});

test('the periodic refresh goes on after success and failure, through the method of the instance', async (t) => {
  const seen = [];
  class Mine extends Agent {
    refreshSession(callback) {
      seen.push(typeof callback);
      return super.refreshSession(callback);
    }
  }
  const { simulator, heard } = await connected(t, { Class: Mine, conf: { refreshSessionInterval: 20 } });
  const refreshes = (count) =>
    simulator.waitFor(`refresh ${count}`, () => calls(simulator, 'refresh').length >= count || undefined);
  await refreshes(2);
  const fault = simulator.fails('refresh', { status: 500 });
  await heard.the('error');
  fault.ends();
  await refreshes(calls(simulator, 'refresh').length + 2);
  assert.ok(seen.length >= 4);
  assert.ok(seen.every((type) => type === 'function'));
});

test('refreshSessionToken: false, a ready token, and dispose(): no refresh by itself', async (t) => {
  const simulator = await start(t);
  const owner = simulator.agent({ token: 'ready', userId: '1' });
  const brief = { refreshSessionInterval: 10 };
  const without = bot(t, simulator.options({ ...brief, username: 'a', refreshSessionToken: false }));
  const ready = bot(t, owner.options(brief));
  const disposed = bot(t, simulator.options({ ...brief, username: 'b' }));
  // The one that does refresh measures the time for the others.
  const measure = bot(t, simulator.options({ ...brief, username: 'c' }));
  disposed.heard.the('connected').then(() => disposed.agent.dispose());
  await Promise.all([without, ready, measure].map(({ heard }) => heard.the('connected')));
  await simulator.waitFor('five refreshes', () => calls(simulator, 'refresh').length >= 5 || undefined);
  const csrfs = new Set(calls(simulator, 'refresh').map(({ body }) => body.csrf));
  assert.ok(!csrfs.has(without.agent.csrf));
  assert.ok(csrfs.has(measure.agent.csrf));
  assert.ok(csrfs.size <= 2);
});

test('a login calls startPeriodicRefreshSession of the instance, before its success', async (t) => {
  const order = [];
  class Mine extends Agent {
    startPeriodicRefreshSession(...args) {
      order.push(['start', args.length, this.csrf !== undefined]);
      return super.startPeriodicRefreshSession();
    }
  }
  const simulator = await start(t);
  const { agent, heard } = bot(t, simulator.options(), { Class: Mine });
  agent.on('success', ({ location }) => order.push(location));
  await heard.the('connected');
  assert.deepEqual(order, ['Connect#CSDS', ['start', 0, true], 'Connect#Login']);
  assert.equal(agent.startPeriodicRefreshSession(), undefined);
});

test('reconnect() stops the refresh timer until the login', async (t) => {
  const { simulator, agent, heard } = await connected(t, { conf: { refreshSessionInterval: 30 } });
  const hang = simulator.fails('login', { hang: true });
  agent.reconnect();
  const count = calls(simulator, 'refresh').length;
  await simulator.waitFor('the second login', () => calls(simulator, 'login').length === 2 || undefined);
  hang.ends();
  // A second agent's refreshes measure the time.
  const measure = bot(t, simulator.options({ username: 'measure', refreshSessionInterval: 15 }));
  await measure.heard.the('connected');
  const own = () => calls(simulator, 'refresh').filter(({ body }) => body.csrf === measure.agent.csrf).length;
  await simulator.waitFor('five other refreshes', () => own() >= 5 || undefined);
  assert.ok(calls(simulator, 'refresh').length - own() <= count + 1);
  assert.equal(heard.all('closed').length, 0);
});
