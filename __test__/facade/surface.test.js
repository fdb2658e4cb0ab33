'use strict';

const assert = require('node:assert/strict');
const { EventEmitter } = require('node:events');
const { describe, it } = require('node:test');
const { CONF, Recorder, connected, make, names, settled, withCache } = require('./kit');
const { clients } = require('./fake-native');
const { Agent, AgentSDK } = require('../..');

const at = (location) => ['success', { location }];

describe('the module', () => {
  it('exports Agent alone, as far as Object.keys can see', async () => {
    const sdk = require('../..');
    assert.deepEqual(Object.keys(sdk), ['Agent']);
    assert.equal(AgentSDK, Agent);
    assert.equal(require('../../lib/AgentSDK'), Agent);
    const names = await import('../../index.js');
    for (const name of ['Agent', 'AgentSDK', 'SDKError', 'TransformError']) assert.equal(names[name], sdk[name]);
  });
});

describe('new Agent(conf)', () => {
  it('wants an account and one complete kind of credentials', () => {
    for (const conf of [undefined, null, {}, { accountId: 0 }, { accountId: '', token: 't' }]) {
      assert.throws(() => new Agent(conf), { message: 'missing accountId param' });
    }
    const oauth1 = { username: 'u', appKey: 'k', secret: 's', accessToken: 't', accessTokenSecret: 'ts' };
    for (const key of Object.keys(oauth1)) {
      assert.throws(() => new Agent({ accountId: 1, ...oauth1, [key]: '' }), /^Error: missing token or user/);
    }
    for (const credentials of [oauth1, { assertion: 'a' }, { token: 't' }, { username: 'u', password: 'p' }]) {
      const agent = new Agent({ accountId: 1, ...credentials });
      assert.ok(agent instanceof EventEmitter);
      assert.equal(agent.accountId, 1);
      agent.dispose();
    }
  });

  it('starts to connect by itself, through a connect() that may be overridden', () => {
    const before = clients.length;
    class Later extends Recorder {
      connect(callback) {
        this.asked = typeof callback;
      }
    }
    const agent = new Later(CONF);
    assert.equal(agent.asked, 'function');
    assert.equal(clients.length, before);
  });

  it('emits nothing before it has returned', async () => {
    await withCache(async () => {
      const { agent } = make();
      assert.deepEqual(names(agent), []);
      await settled(1);
      assert.deepEqual(agent.heard, [at('Connect#CSDS')]);
      agent.dispose();
    });
  });

  it('has no keys of its own beyond those that bots know', () => {
    const { agent } = make();
    const own = Object.keys(agent).filter((key) => typeof agent[key] !== 'function' && !key.startsWith('_events'));
    assert.deepEqual(
      own.filter((key) => !['_eventsCount', '_maxListeners'].includes(key)),
      [
        'conf',
        'accountId',
        'agentId',
        'userId',
        '__oldAgentId',
        'connected',
        'token',
        'csrf',
        'jar',
        'transport',
        'requestTimeout',
        'errorCheckInterval',
        'refreshSessionInterval',
        'csdsClient',
      ],
    );
    assert.deepEqual(
      ['connect', 'reconnect', 'refreshSession', 'dispose', 'startPeriodicRefreshSession', 'getBearerToken'].map(
        (name) => Agent.prototype[name].length,
      ),
      [1, 1, 1, 0, 0, 0],
    );
    agent.dispose();
  });
});

describe('the handles', () => {
  it('of the transport reach the socket', async () => {
    const { agent, client } = await connected();
    const { transport } = agent;
    assert.equal(transport.ws.readyState, 1);
    transport.ws.close();
    assert.deepEqual(client.last('close'), []);
    transport.ws.close(1000, 'bye');
    assert.deepEqual(client.last('close'), [1000, 'bye']);
    transport.ws.close(4000);
    assert.deepEqual(client.last('close'), [4000]);
    assert.throws(() => transport.ws.close('x'), TypeError);
    transport.ws.ping();
    transport.ws.terminate();
    transport.close();
    assert.equal(client.count('cut'), 2);
    assert.equal(client.count('ping'), 1);
    transport.reconnect();
    assert.equal(client.count('dial'), 1);
    agent.dispose();
  });

  it('of the domain service answers with the domains as listed', async () => {
    const { agent, client } = await connected({ ...CONF, domains: { facadeMsg: 'mine' } });
    const told = [];
    agent.csdsClient.getAll((...args) => told.push(args));
    assert.equal(JSON.parse(client.last('lookUp')[1]).domains, undefined);
    client.says('domains', client.last('lookUp')[0], { agentVep: 'v' }, true);
    await settled();
    assert.deepEqual(told, [[null, { agentVep: 'v' }]]);
    const promise = agent.csdsClient.getAll();
    client.says('failed', client.last('lookUp')[0], 'domains', { service: 'domainNames', message: 'm' });
    await assert.rejects(promise, { message: 'm' });
    assert.deepEqual(agent.heard, []);
    agent.dispose();
  });
});
