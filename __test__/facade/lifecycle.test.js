'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { ANSWER, CONF, connected, make, names, op, open, settled, signIn, withCache } = require('./kit');
const { held, latest } = require('./fake-native');

const at = (location) => ['success', { location }];
const socketError = { service: 'messaging', message: 'Error on WS connection: x', code: 401, cause: { message: 'x' } };
const loginError = { service: 'authentication.login', message: 'Error on AgentVEP login: Unauthorized', code: 401 };

describe('connecting', () => {
  it('goes through domains and login to the socket', async () => {
    const { agent, client } = make();
    const order = [];
    agent.startPeriodicRefreshSession = () => order.push(agent.token, names(agent).length);
    agent.conf.refreshSessionToken = undefined;
    agent.connect((error) => order.push('callback', error));
    assert.equal(client.count('connect'), 1, 'connect() joins the attempt under way');
    assert.deepEqual([agent.agentId, agent.userId, agent.__oldAgentId], [undefined, undefined, undefined]);
    await signIn(client);
    assert.deepEqual(order, ['bearer-1', 1, 'callback', null]);
    assert.deepEqual([agent.agentId, agent.userId, agent.__oldAgentId], ['pid-2001', '2001', '777.2001']);
    assert.deepEqual([agent.csrf, agent.token, agent.getBearerToken()], ['csrf-1', 'bearer-1', 'bearer-1']);
    assert.equal(agent.jar.getCookieString('https://vep/x'), 'for=https://vep/x');
    assert.equal(agent.transport.configuration.token, 'bearer-1');
    assert.deepEqual([agent.requestTimeout, agent.errorCheckInterval], [10000, 1000]);
    assert.equal(agent.connected, false);
    await open(client);
    assert.equal(agent.connected, true);
    assert.deepEqual(names(agent), ['success', 'success', 'connected']);
    assert.deepEqual(agent.heard.slice(0, 2), [at('Connect#CSDS'), at('Connect#Login')]);
    assert.equal(agent.heard[2][1].connected, true);
    agent.conf.refreshSessionToken = false;
    agent.dispose();
  });

  it('with a ready token leaves token, csrf and jar unset', async () => {
    const { agent, client } = make({ accountId: 777, token: 'ready', userId: 5 });
    const [, text, again] = client.last('connect');
    assert.equal(again, false);
    assert.equal(JSON.parse(text).token, 'ready');
    assert.equal(JSON.parse(text).login, undefined);
    await signIn(client, null);
    assert.deepEqual([agent.userId, agent.__oldAgentId, agent.agentId], [5, '777.5', undefined]);
    assert.deepEqual([agent.token, agent.csrf, agent.jar], [undefined, undefined, undefined]);
    assert.equal(agent.getBearerToken(), 'ready');
    agent.dispose();
  });

  it('tells of a failure at its place, then the callback', async () => {
    const { agent, client } = make();
    const told = [];
    agent.connect((...args) => told.push(...args, names(agent).length));
    client.says('failed', op(client), 'domains', {
      service: 'domainNames',
      message: 'a: ',
      detail: { x: 1 },
      code: 17,
    });
    await settled();
    const [name, error, context] = agent.heard[0];
    assert.equal(name, 'error');
    assert.equal(error.message, 'a: {"x":1}');
    assert.deepEqual(context, { location: 'Connect#CSDS' });
    assert.deepEqual(told, [error, 1]);
    const promise = agent.connect();
    client.says('failed', op(client), 'login', loginError);
    await assert.rejects(promise, { message: loginError.message, code: 401 });
    assert.deepEqual(agent.heard[1][2], { location: 'Connect#Login' });
    agent.connect(); // nobody looks at this one
    client.says('failed', op(client), 'login', loginError);
    await settled();
    agent.dispose();
  });

  it('does not take a token that it generated for the bot’s own', async () => {
    const { agent, client } = await connected({ ...CONF });
    agent.conf.token = agent.token;
    agent.reconnect();
    const text = JSON.parse(client.last('connect')[1]);
    assert.equal(text.token, undefined);
    assert.equal(text.login, '{"username":"bot","password":"secret"}');
    client.says('failed', op(client), 'login', loginError);
    await settled();
    agent.conf.token = 'fresh';
    agent.reconnect();
    assert.equal(JSON.parse(client.last('connect')[1]).token, 'fresh');
    agent.dispose();
  });

  it('calls a callback that comes late', async () => {
    const { agent, client } = make();
    await signIn(client);
    const told = [];
    agent.connect((error) => told.push(error));
    await settled(1);
    assert.deepEqual(told, [null]);
    assert.equal(client.count('connect'), 1);
    agent.dispose();
  });
});

describe('reconnecting', () => {
  it('with the same token dials, unless nobody has signed in yet', async () => {
    const { agent, client } = make();
    agent.reconnect(true);
    client.says('failed', op(client), 'login', loginError);
    await settled();
    agent.reconnect(true);
    assert.equal(client.count('dial'), 0);
    agent.connect();
    await signIn(client);
    await open(client);
    client.says('closed', op(client), 1001);
    await settled();
    agent.transport.configuration.token = 'written by the bot';
    assert.equal(agent.reconnect(true), undefined);
    agent.reconnect(true);
    assert.equal(client.count('dial'), 1);
    assert.equal(JSON.parse(client.last('dial')[1]).token, 'written by the bot');
    agent.dispose();
  });

  it('with a new token has locations of its own, and stops the refreshing', async () => {
    await withCache(async () => {
      const { agent, client } = await connected();
      client.says('closed', op(client), 4401);
      await settled();
      agent.heard = [];
      agent.reconnect();
      assert.equal(client.last('connect')[2], true);
      assert.deepEqual(agent.heard, [at('Reconnect#CSDS')], 'before the call returns');
      client.says('signedIn', op(client), { ...ANSWER, bearer: 'bearer-2' });
      await open(client);
      assert.deepEqual(agent.heard[1], at('Reconnect#Relogin#WS'));
      assert.deepEqual(names(agent), ['success', 'success', 'connected']);
      assert.equal(agent.getBearerToken(), 'bearer-2');
      assert.equal(agent.transport.configuration.token, 'bearer-2');
      agent.dispose();
    });
  });

  it('inside closed and error starts one attempt, and loses no closed', async () => {
    const { agent, client } = await connected();
    agent.on('closed', () => agent.reconnect(true));
    client.says('closed', op(client), 1006);
    await settled();
    assert.equal(client.count('dial'), 1);
    agent.on('error', () => agent.reconnect());
    const failing = op(client);
    client.says('error', failing, socketError);
    client.says('closed', failing, 1006);
    await settled();
    assert.deepEqual(names(agent), ['closed', 'error', 'closed']);
    assert.deepEqual(agent.heard[1].length, 2, 'an error of the socket has no location');
    assert.equal(agent.heard[1][1].code, 401);
    assert.equal(client.count('dial'), 1);
    assert.equal(client.count('connect'), 2);
    assert.notEqual(op(client), failing);
    agent.dispose();
  });

  it('on a live socket says closed for the old one before connected', async () => {
    const { agent, client } = await connected();
    const old = op(client);
    agent.reconnect(true);
    client.says('closed', old, 1006);
    client.says('opened', op(client), 99);
    await settled();
    assert.deepEqual(names(agent), ['closed', 'connected']);
    agent.getClock({}, () => {});
    assert.equal(client.last('send')[0], 99);
    agent.dispose();
  });

  it('stops the periodic refresh until the login, and not when it only joins an attempt that has signed in', async () => {
    const { agent, client } = make({ ...CONF, refreshSessionToken: true, refreshSessionInterval: 5 });
    let times = 0;
    agent.refreshSession = (done) => done((times += 1));
    await signIn(client);
    agent.reconnect();
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.ok(times > 1);
    await open(client);
    agent.reconnect();
    times = 0;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(times, 0);
    agent.dispose();
  });

  it('for a new token takes the place of an attempt that only dials', async () => {
    const { agent, client } = await connected();
    client.says('closed', op(client), 1006);
    await settled();
    agent.heard = [];
    agent.reconnect(true);
    const dialled = op(client);
    const told = [];
    agent.connect((error) => told.push(error));
    agent.reconnect();
    agent.reconnect(true);
    assert.equal(client.count('connect'), 2);
    client.says('opened', dialled, 98);
    client.sends({ kind: 'notification', type: 'of the replaced socket', body: 1 });
    client.says('closed', dialled, 1006);
    await signIn(client);
    await open(client);
    // the replaced attempt got its socket all the same: what is opened is heard of, and so is its end
    const replaced = ['connected', 'of the replaced socket', 'notification', 'closed'];
    assert.deepEqual(names(agent), [...replaced, 'success', 'success', 'connected']);
    assert.deepEqual(told, [null]);
    agent.dispose();
  });
});

describe('refreshing the session', () => {
  it('needs a session', async () => {
    const { agent } = make();
    const told = [];
    agent.refreshSession((error) => told.push(error));
    assert.match(told[0].message, /^CSRF and JAR are not defined/);
    assert.deepEqual(agent.heard, [['error', told[0], { location: 'RefreshSession#Precheck' }]]);
    assert.deepEqual(JSON.stringify(told[0]), '{"code":null,"service":"authentication.login","error":null}');
    await assert.rejects(agent.refreshSession(), /CSRF and JAR/);
    agent.dispose();
  });

  it('goes through its steps', async () => {
    const { agent, client } = await connected();
    client.cached = '{"agentVep":"vep"}';
    const told = [];
    agent.refreshSession((...args) => told.push(args));
    const [refresh, , body] = client.last('refresh');
    assert.equal(body, '{"csrf":"csrf-1"}');
    assert.deepEqual(agent.heard, [at('RefreshSession#Precheck'), at('RefreshSession#CSDS')]);
    client.says('refreshed', refresh);
    await settled();
    assert.deepEqual(agent.heard[2], at('RefreshSession#REST'));
    assert.deepEqual(told, [[null]]);
    const promise = agent.refreshSession();
    client.says('failed', client.last('refresh')[0], 'refresh', { service: 's', message: 'm', code: 500 });
    await assert.rejects(promise, { code: 500 });
    assert.deepEqual(agent.heard[5][2], { location: 'RefreshSession#REST' });
    agent.dispose();
  });

  it('may end in a new login, which leaves an open socket alone', async () => {
    const { agent, client } = await connected();
    const told = [];
    agent.refreshSession((...args) => told.push(args));
    client.says('signedIn', client.last('refresh')[0], { ...ANSWER, bearer: 'bearer-2' });
    await settled();
    assert.deepEqual(agent.heard[1], at('RefreshSession#Relogin#WS'));
    assert.deepEqual(told, [[null]]);
    assert.equal(agent.token, 'bearer-2');
    assert.equal(client.count('dial'), 0);
    agent.refreshSession((error) => told.push(error.code));
    client.says('failed', client.last('refresh')[0], 'login', loginError);
    await settled();
    assert.deepEqual(agent.heard[3][2], { location: 'RefreshSession#Relogin#WS' });
    assert.equal(told[1], 401);
    client.says('closed', op(client), 1006);
    await settled();
    agent.refreshSession(() => {});
    client.says('signedIn', client.last('refresh')[0], { ...ANSWER, bearer: 'bearer-3' });
    await settled();
    assert.equal(JSON.parse(client.last('dial')[1]).token, 'bearer-3');
    agent.dispose();
  });

  it('is repeated after each, whatever its outcome, until it is stopped', async () => {
    const { agent } = await connected({ ...CONF, refreshSessionInterval: '5' });
    let times = 0;
    agent.refreshSession = (done) => {
      times += 1;
      done(new Error('whatever'));
    };
    for (let i = 0; i < 5; i++) agent.startPeriodicRefreshSession();
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.ok(times >= 2 && times <= 12, `${times} times`);
    agent.dispose();
    const before = times;
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(times, before);
  });
});

describe('dispose()', () => {
  it('tells everybody afterwards, and can be called again', async () => {
    const { agent, client } = await connected();
    const told = [];
    agent.getClock({}, (error) => told.push(error.message));
    agent.refreshSession((error) => told.push(error.message));
    agent.heard = [];
    assert.equal(agent.dispose(), undefined);
    agent.dispose();
    assert.deepEqual(told, []);
    assert.deepEqual([agent.connected, agent.transport, agent.listenerCount('error')], [false, null, 0]);
    assert.ok(client.isDisposed);
    await settled(1);
    assert.deepEqual(told, ['Request has timed out', 'the agent was disposed of']);
    assert.deepEqual(agent.heard, [['closed', 1006]]);
    agent.reconnect(true);
    assert.equal(latest(), client);
    client.says('opened', op(client), 5);
    agent.on('error', () => {});
    agent.connect(() => {});
    assert.notEqual(latest(), client);
    await signIn(latest());
    await open(latest());
    assert.equal(agent.connected, true);
    assert.deepEqual(names(agent), ['closed', 'success', 'success', 'connected']);
    agent.dispose();
  });

  it('is safe inside any event', async () => {
    for (const event of ['success', 'connected', 'closed', 'x', 'notification', '.T']) {
      const { agent, client } = make();
      agent.on(event, () => agent.dispose());
      await signIn(client);
      await open(client);
      client.sends({ kind: 'notification', type: 'x', body: 1 });
      client.sends({ kind: 'resp', type: '.T', reqId: 'r', code: 200, body: 1 });
      client.says('closed', op(client), 1000);
      await settled();
      assert.ok(client.isDisposed, event);
    }
  });
});

it('dispose() is safe inside error, however many errors there are', async () => {
  const { agent, client } = await connected();
  agent.on('error', () => agent.dispose());
  const broken = { result: {} };
  const body = { changes: [broken, broken] };
  client.sends({ kind: 'notification', type: '.ams.aam.ExConversationChangeNotification', body });
  await settled();
  assert.deepEqual(names(agent), ['error', 'closed']);
  const { agent: other, client: dialling } = make();
  other.on('error', () => other.dispose());
  dialling.says('error', op(dialling), socketError);
  await settled();
  assert.ok(dialling.isDisposed);
});

describe('what keeps the process alive', () => {
  it('is an attempt under way, or a socket', async () => {
    const { agent, client } = make();
    assert.equal(held.on, true);
    client.says('failed', op(client), 'login', loginError);
    await settled();
    assert.equal(held.on, false);
    agent.connect();
    assert.equal(held.on, true);
    await signIn(client);
    await open(client);
    assert.equal(held.on, true);
    client.says('closed', op(client), 1000);
    await settled();
    assert.equal(held.on, false);
    agent.reconnect(true);
    client.says('error', op(client), socketError);
    client.says('closed', op(client), 1006);
    await settled();
    assert.equal(held.on, false);
    assert.deepEqual(names(agent).slice(-2), ['error', 'closed']);
    agent.dispose();
  });
});
