// Contract §1, §8, §9, §11: the module, what bots read on an agent, and what they rely on that no page says.

import { once } from 'node:events';
import { createRequire } from 'node:module';
import { EventEmitter } from 'node:events';
import * as esm from '../../index.js';
import { conforms } from './support/runner.mjs';
import { ARRIVES, CONNECTED, CONNECTS, success, upgrade } from './support/usual.mjs';

const require = createRequire(import.meta.url);
const NAMES =
  'init state role config connecting retries webhooks domains isReconnecting consumerId initialState openConvs _pingClock _retryConnection _reconnect _refreshSession sendMessage sendText joinConversation closeConversation getRole getDomains setDomains getConf updateConf options session socket client pending operations periodicRefresh _events2 log timer id name queue close open send ws url host keepAlive ping'.split(
    ' ',
  );

conforms('properties', [
  {
    row: 'the module: CommonJS, ESM, deep requires, the alias; an ES class that extends EventEmitter',
    conf: null,
    bot(k) {
      const cjs = require('../..');
      const same = [esm.Agent, esm.default.Agent, esm.AgentSDK, cjs.AgentSDK, require('../../lib/AgentSDK')];
      k.note('same', ...same.map((one) => one === cjs.Agent));
      k.note('keys', Object.keys(cjs), typeof require('../../lib/AgentSurveyClient'));
      k.note('class', cjs.Agent.prototype instanceof EventEmitter, /^class /.test(String(cjs.Agent)));
      k.call('Agent()', () => cjs.Agent.call({}, {})?.message);
      k.client.splice(3, 1, k.client[3].slice(0, 26));
    },
    client: [
      ['same', true, true, true, true, true],
      ['keys', ['Agent'], 'function'],
      ['class', true, true],
      'Agent() throws TypeError("',
    ],
  },
  {
    row: 'once, off, prependListener, events.once, listenerCount, an overridden emit',
    async bot(k, agent) {
      const never = () => k.note('never');
      agent.on('connected', never);
      agent.off('connected', never);
      agent.on('connected', () => k.note('second'));
      agent.prependListener('connected', () => k.note('first'));
      const [value] = await once(agent, 'connected');
      k.note('once', value.connected, agent.listenerCount('connected'));
    },
    client: [...CONNECTS, ['first'], ['second'], ['once', true, 2]],
  },
  {
    row: 'own properties of any name on the instance, in a subclass that sets them in its constructor',
    conf: null,
    async bot(k) {
      const Class = (Base) =>
        class MyBot extends Base {
          constructor(conf) {
            super(conf);
            this.conf = conf;
            for (const name of NAMES) this[name] = name;
          }
        };
      const agent = k.agent({}, { Class });
      await k.event('connected');
      k.service.open.close(1000);
      await k.event('closed');
      agent.reconnect();
      await k.event('connected', 2);
      await agent.getClock({});
      k.client.length = 0;
      k.note(
        'kept',
        NAMES.filter((name) => agent[name] !== name),
        Object.isExtensible(agent),
      );
    },
    client: [['kept', [], true]],
  },
  {
    row: 'the own enumerable properties of a fresh agent: those of the contract, and no others',
    conf: null,
    bot(k) {
      const agent = k.agent(
        {},
        {
          Class: (Base) =>
            class extends Base {
              connect() {}
            },
        },
      );
      const emitter = new Set(Object.keys(new EventEmitter()));
      const methods = Object.keys(agent).filter((name) => typeof agent[name] === 'function');
      k.note('methods', methods.length);
      const others = Object.keys(agent).filter((name) => !emitter.has(name) && !methods.includes(name));
      k.note('others', others.sort());
    },
    client: [
      ['methods', 16],
      [
        'others',
        [
          '__oldAgentId',
          'accountId',
          'agentId',
          'conf',
          'connected',
          'csdsClient',
          'csrf',
          'errorCheckInterval',
          'jar',
          'refreshSessionInterval',
          'requestTimeout',
          'token',
          'transport',
          'userId',
        ],
      ],
    ],
  },
  {
    row: 'csdsClient.getAll: the domains as the service lists them, without those of the options; kept ones at once',
    service: { hosts: { agentVep: '127.0.0.1:0' } },
    conf: (k) => k.conf({ domains: { agentVep: k.service.domain, more: 'm' } }),
    connects: true,
    bot(k, agent) {
      k.call('getAll', () => agent.csdsClient.getAll(k.cb('all')));
    },
    client: [
      ['all ←', null, { agentVep: '127.0.0.1:PORT', asyncMessagingEnt: 'localhost:PORT', facadeMsg: 'localhost:PORT' }],
      ['getAll returns', undefined],
    ],
    server: [],
  },
  {
    row: 'csdsClient.getAll: an error that no event tells',
    service: { csds: { status: 500 } },
    async bot(k, agent) {
      await k.event('error');
      k.forget();
      agent.csdsClient.getAll((...args) => {
        k.cb('all')(args.length, args[0].message);
      });
      await k.called('all');
    },
    client: [['all ←', 1, 'Error on CSDS request: Internal Server Error']],
  },
  {
    row: 'jar: undefined before a login; what a call to the url would carry, at once, as text',
    conf: null,
    async bot(k) {
      const agent = k.agent();
      k.note('before', agent.jar);
      await k.event('connected');
      const { domain } = k.service;
      const urls = [`https://${domain}/x`, new URL(`https://${domain}`), 'https://127.0.0.1/', 'http://localhost/', ''];
      k.note('jar', ...urls.map((url) => agent.jar.getCookieString(url)));
      k.client.splice(1, 3);
    },
    client: [
      ['before', undefined],
      ['jar', 'session=cookie-1', 'session=cookie-1', '', '', ''],
    ],
  },
  {
    row: 'transport: undefined before the first connect, one object through reconnects, ws tested for truth, null after',
    conf: null,
    async bot(k) {
      const agent = k.agent();
      k.note('before', agent.transport);
      await k.event('connected');
      const { transport } = agent;
      k.note('open', Boolean(transport && transport.ws), transport.configuration.token, transport.ws.readyState);
      agent.reconnect();
      await k.event('connected', 2);
      k.note('again', agent.transport.configuration.token);
      agent.dispose();
      k.note('after', agent.transport);
      await k.event('closed', 2);
      k.client = k.client.filter((line) => /^(before|open|again|after)/.test(line));
    },
    client: [
      ['before', undefined],
      ['open', true, 'bearer-1', 1],
      ['again', 'bearer-2'],
      ['after', null],
    ],
  },
  {
    row: 'transport.ws.ping() sends a ping',
    connects: true,
    async bot(k, agent) {
      await k.arrived('ping');
      k.call('ping', () => agent.transport.ws.ping());
      await k.arrived('ping', 2);
    },
    client: [['ping returns', undefined]],
  },
  ...['closed', 'error'].map((event) => ({
    row: `reconnect() inside ${event}, again and again: each connected is followed by one closed before the next`,
    service: { upgrade: (n) => (n === 1 || n === 2 ? { cut: true } : {}) },
    connects: true,
    async bot(k, agent) {
      agent.on(event, () => agent.reconnect(true));
      if (event === 'error') agent.once('closed', () => agent.reconnect(true));
      k.service.open.terminate();
      await k.event('connected', 2);
      await k.nothingFor(50);
      k.client = k.client.map((line) => line.split(' ')[0]);
    },
    client: [['closed'], ['error'], ['closed'], ['error'], ['closed'], ['connected']],
    server: Array(3).fill(upgrade('bearer-1')),
  })),
  {
    row: 'conf.token = agent.token, as two official examples write: no later reconnect takes it for the bot’s own',
    connects: true,
    async bot(k, agent) {
      agent.conf.token = agent.token;
      agent.reconnect();
      await k.event('connected', 2);
      k.note('is', agent.userId, agent.agentId, agent.getBearerToken());
    },
    client: [
      success('Reconnect#CSDS'),
      success('Reconnect#Relogin#WS'),
      ['closed', 1006],
      CONNECTED,
      ['is', '2001', 'pid-2001', 'bearer-2'],
    ],
    server: [ARRIVES[1], upgrade('bearer-2')],
  },
]);
