'use strict';

const assert = require('node:assert/strict');
const { EventEmitter, once, on } = require('node:events');
const { test } = require('node:test');

const sdk = require('../..');
const { answering, bot, called, calls, connected, start, turns, within } = require('../support/kit');

const { Agent } = sdk;
const reply = ({ id, type }) => ({ kind: 'resp', reqId: id, code: 200, type: '.Answer', body: type });

test('Agent is a class that extends EventEmitter, under all its names', () => {
  assert.ok(Agent.prototype instanceof EventEmitter);
  assert.throws(() => Agent({ accountId: '1', token: 'x' }), TypeError);
  assert.deepEqual([sdk.AgentSDK, require('../../lib/AgentSDK')], [Agent, Agent]);
  assert.equal(typeof require('../../lib/AgentSurveyClient'), 'function');
});

test('a subclass keeps its own conf, properties and methods of any name', async (t) => {
  class MyBot extends Agent {
    constructor(conf) {
      super(conf);
      this.conf = conf;
      for (const name of NAMES) this[name] = name;
      this.on('connected', () => {
        this._pingClock = setInterval(this.getClock, 30_000);
      });
      this.on('closed', () => clearInterval(this._pingClock));
    }
    init() {}
    sendText(text) {
      return `sent ${text}`;
    }
  }
  const NAMES = [
    ...['state', 'role', 'config', 'connecting', 'retries', 'webhooks', 'domains', 'isReconnecting', 'consumerId'],
    ...[
      'initialState',
      'openConvs',
      '_retryConnection',
      '_reconnect',
      '_refreshSession',
      'options',
      'client',
      'socket',
    ],
    ...[
      'session',
      'pending',
      'queue',
      'timer',
      'key',
      'op',
      'ws',
      'closed',
      'settings',
      'emitter',
      'id',
      'name',
      'log',
    ],
  ];
  const { agent, heard } = await connected(t, { Class: MyBot });
  agent.reconnect();
  await heard.the('connected', 2);
  agent.dispose();
  clearInterval(agent._pingClock);
  for (const name of NAMES) assert.equal(agent[name], name);
  assert.equal(agent.sendText('x'), 'sent x');
});

test('a subclass whose connect() does nothing connects later by hand', async (t) => {
  class Later extends Agent {
    connect() {}
    begin(callback) {
      return super.connect(callback);
    }
  }
  const simulator = await start(t);
  const { agent, heard } = bot(t, simulator.options(), { Class: Later });
  await turns(20);
  assert.equal(simulator.log.length, 0);
  assert.deepEqual(await called((callback) => agent.begin(callback)), [null]);
  await heard.the('connected');
  assert.equal(simulator.connections.length, 1);
});

test('the constructor calls this.connect with a function', (t) => {
  let given;
  class Spy extends Agent {
    connect(...args) {
      given = args;
    }
  }
  const agent = new Spy({ accountId: '1', token: 'x' });
  t.after(() => agent.dispose());
  assert.deepEqual(
    given.map((one) => typeof one),
    ['function'],
  );
});

test('a subclass that overrides emit sees every event, and may swallow or rename them', async (t) => {
  class Renaming extends Agent {
    emit(name, ...args) {
      (this.seen = this.seen || []).push(name);
      if (name === 'warn') return false;
      return super.emit(name === 'connected' ? 'up' : name, ...args);
    }
  }
  const simulator = await start(t);
  const agent = new Renaming(simulator.options());
  t.after(() => agent.dispose());
  await within(once(agent, 'up'), 'up');
  answering(simulator, reply);
  await called((callback) => agent.getClock({}, callback));
  const connection = await simulator.connection();
  connection.push({ kind: 'notification', type: '.NobodyListens', body: 1 });
  connection.closes(1011);
  await within(once(agent, 'closed'), 'closed');
  assert.deepEqual(
    agent.seen.filter((name) => name !== 'newListener' && name !== 'removeListener'),
    ['success', 'success', 'connected', 'message:sent', '.Answer', '.NobodyListens', 'notification', 'closed'],
  );
});

test("a subclass's own method named like a request wins, and can call super", async (t) => {
  class Own extends Agent {
    publishEvent(event, callback) {
      return super.publishEvent({ wrapped: event }, callback);
    }
    getClock() {
      return 'own clock';
    }
  }
  const { simulator, agent } = await connected(t, { Class: Own });
  answering(simulator, reply);
  assert.equal(agent.getClock(), 'own clock');
  assert.deepEqual(await called((callback) => agent.publishEvent('e', callback)), [null, '.ams.ms.PublishEvent']);
  assert.deepEqual(simulator.requests('.ams.ms.PublishEvent')[0].body, { wrapped: 'e' });
  assert.equal(Object.hasOwn(agent, 'publishEvent'), false);
});

test('the timer calls refreshSession of the instance, even one put there later', async (t) => {
  const { simulator, agent } = await connected(t, { conf: { refreshSessionInterval: 20 } });
  let count = 0;
  await called((callback) => {
    agent.refreshSession = (done) => {
      count++;
      if (count === 3) callback();
      done();
    };
  }, 'three calls of the own refreshSession');
  assert.ok(calls(simulator, 'refresh').length <= 1);
});

test('own properties can be stubbed and restored, as sinon and jest do it', async (t) => {
  const { simulator, agent } = await connected(t);
  answering(simulator, reply);
  const spied = t.mock.method(agent, 'getClock');
  await called((callback) => agent.getClock({}, callback));
  assert.equal(spied.mock.callCount(), 1);
  const stub = t.mock.method(agent, 'setAgentState', (body, callback) => callback(null, 'stubbed'));
  assert.deepEqual(await called((callback) => agent.setAgentState({}, callback)), [null, 'stubbed']);
  stub.mock.restore();
  assert.deepEqual(await called((callback) => agent.setAgentState({}, callback)), [null, '.ams.routing.SetAgentState']);
});

test('once, off, prependListener, events.once, for await (… of events.on), this in a listener', async (t) => {
  const { agent, connection } = await connected(t);
  const order = [];
  const off = () => order.push('off');
  agent.on('.X', function listener() {
    order.push(this === agent);
  });
  agent.once('.X', () => order.push('once'));
  agent.prependListener('.X', () => order.push('first'));
  agent.on('.X', off);
  agent.off('.X', off);
  const push = (body) => connection.push({ kind: 'notification', type: '.X', body });
  const next = once(agent, '.X');
  push(1);
  assert.deepEqual(await within(next, '.X'), [1]);
  push(2);
  await within(once(agent, '.X'), '.X');
  assert.deepEqual(order, ['first', true, 'once', 'first', true]);
  const seen = [];
  const abort = new AbortController();
  const all = (async () => {
    for await (const [body] of on(agent, '.X', { signal: abort.signal })) {
      seen.push(body);
      if (body === 5) break;
    }
  })();
  for (const body of [3, 4, 5]) push(body);
  await within(all, 'the fifth');
  assert.deepEqual(seen, [3, 4, 5]);
});

test('an error nobody listens to throws out of the emitter, as Node has it', async (t) => {
  const simulator = await start(t);
  const { agent, heard } = bot(t, simulator.options());
  await heard.the('connected');
  agent.removeAllListeners('error');
  agent.csrf = undefined;
  assert.throws(() => agent.refreshSession(() => {}), { message: /^CSRF and JAR are not defined/ });
});

test('200 agents, one account each, in one process', async (t) => {
  const simulator = await start(t);
  const bots = Array.from({ length: 200 }, (_, n) =>
    bot(t, simulator.options({ accountId: `acc${n}`, username: 'b' })),
  );
  await Promise.all(bots.map(({ heard }) => heard.the('connected', 1, 60_000)));
  assert.equal(simulator.connections.filter(({ isOpen }) => isOpen).length, 200);
  const clocks = await Promise.all(bots.map(({ agent }) => called((callback) => agent.getClock({}, callback))));
  assert.ok(clocks.every(([error]) => error === null));
  assert.equal(new Set(bots.map(({ agent }) => agent.token)).size, 200);
  assert.equal(calls(simulator, 'csds').length, 200);
});

test('agents of one account share the domain answer; each has its own success and login', async (t) => {
  const simulator = await start(t);
  const bots = Array.from({ length: 20 }, (_, n) => bot(t, simulator.options({ username: `b${n}` })));
  await Promise.all(bots.map(({ heard }) => heard.the('connected')));
  assert.equal(calls(simulator, 'csds').length, 1);
  assert.equal(calls(simulator, 'login').length, 20);
  for (const { heard } of bots) assert.equal(heard.all('success').length, 2);
});

test('the token and the credentials stand in no dump of an agent', async (t) => {
  const { agent } = await connected(t);
  const { inspect } = require('node:util');
  const { token, csrf, conf, transport, ...rest } = agent;
  void [token, csrf, conf, transport];
  assert.ok(!inspect(rest, { depth: 5, showHidden: true }).includes(agent.getBearerToken()));
});
