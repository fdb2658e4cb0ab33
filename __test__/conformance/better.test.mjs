// Contract, "Better than the original": a case for each row of that table.

import { inspect } from 'node:util';
import { conforms } from './support/runner.mjs';
import { changes, notification, TYPES, wire } from './support/pushes.mjs';
import { signedIn } from './support/service.mjs';
import { sdkError, transformError } from './support/show.mjs';
import { ARRIVES, CONNECTED, CONNECTS, LOGIN, LOOK_UP, success, upgrade } from './support/usual.mjs';

const RECONNECTS = [success('Reconnect#CSDS'), success('Reconnect#Relogin#WS')];
const NOT_CONNECTED = sdkError('socket not connected');
const refresh = 'POST /api/account/777/refresh?v=1.3 {"csrf":"csrf-1"} cookie: session=cookie-1';
const labels = (k) => k.client.map((line) => line.split(' ')[0]);

const deepFreeze = (value) => {
  for (const one of Object.values(value)) if (typeof one === 'object' && one !== null) deepFreeze(one);
  return Object.freeze(value);
};

conforms('better than the original', [
  {
    row: 'the caller’s body and conf objects are never touched: frozen to the ground they will do',
    conf: null,
    service: { replies: { '*': null } },
    async bot(k) {
      const agent = k.agent(deepFreeze(k.conf({ domains: { x: 'y' } })));
      await k.event('connected');
      k.forget();
      const bodies = [
        ['subscribeExConversations', { agentIds: ['pid-2001'] }],
        ['updateConversationField', { conversationField: [{ field: 'ParticipantsChange' }] }],
        ['setAgentState', { channels: [] }],
        ['subscribeRoutingTasks', {}],
      ];
      for (const [method, body] of bodies) k.call(method, () => agent[method](deepFreeze(body), () => {}));
      await k.arrived('frame', 4);
      k.client = k.client.filter((line) => line.includes(' returns ') || line.includes(' throws '));
    },
    client: ['subscribeExConversations', 'updateConversationField', 'setAgentState', 'subscribeRoutingTasks'].map(
      (method) => [`${method} returns`, undefined],
    ),
  },
  {
    row: 'a subclass’s method wins over ours of the same name, and can call super',
    service: { replies: { '*': null } },
    Class: (Base) =>
      class extends Base {
        getClock(body, cb) {
          return super.getClock({ ...body, mine: true }, cb);
        }
        dispose() {
          super.dispose();
        }
      },
    connects: true,
    async bot(k, agent) {
      k.note('own', Object.hasOwn(agent, 'getClock'), Object.hasOwn(agent, 'publishEvent'));
      agent.getClock({ a: 1 }, () => {});
      await k.arrived('frame');
      k.client = k.client.filter((line) => line.startsWith('own'));
    },
    client: [['own', false, true]],
    server: ['FRAME {"kind":"req","id":"#1","type":".GetClock","body":{"a":1,"mine":true}}'],
  },
  {
    row: 'reconnect() on a live socket: one closed (1006) for the old one, before the next connected',
    connects: true,
    async bot(k, agent) {
      agent.reconnect();
      await k.event('connected', 2);
    },
    client: [...RECONNECTS, ['closed', 1006], CONNECTED],
    server: [LOGIN, upgrade('bearer-2')],
  },
  {
    row: 'while a reconnect is under way further calls join it',
    connects: true,
    async bot(k, agent) {
      k.service.open.close(1001);
      await k.event('closed');
      for (let n = 0; n < 50; n++) agent.reconnect(n % 2 === 1);
      await k.event('connected', 2);
    },
    client: [['closed', 1001], ...RECONNECTS, CONNECTED],
    server: [LOGIN, upgrade('bearer-2')],
  },
  {
    row: 'a call that wants a new token upgrades a reconnect that does not',
    connects: true,
    async bot(k, agent) {
      k.service.open.close(1001);
      await k.event('closed');
      agent.reconnect(true);
      agent.reconnect();
      await k.event('connected', 2);
      k.note('token', agent.getBearerToken());
    },
    client: [['closed', 1001], ...RECONNECTS, CONNECTED, ['token', 'bearer-2']],
  },
  {
    row: 'reconnect() inside closed, with a service that closes at once: as many logins as calls that asked for one',
    service: { upgrade: (n) => (n < 6 ? { greet: [{ bytes: '880203e9' }] } : {}) },
    async bot(k, agent) {
      let calls = 0;
      agent.on('closed', () => {
        calls += 1;
        agent.reconnect();
      });
      await k.event('connected', 7);
      const pairs = labels(k).filter((name) => name === 'closed' || name === 'connected');
      k.client.length = 0;
      k.note('logins', k.service.counts.login - 1 === calls, pairs.join(' '));
    },
    client: [['logins', true, `${'connected closed '.repeat(6)}connected`]],
  },
  {
    row: 'a refresh answered 401 keeps the open socket and its pending requests',
    service: { refresh: { status: 401 }, replies: { '*': null } },
    connects: true,
    async bot(k, agent) {
      agent.getClock({}, k.cb('clock'));
      await agent.refreshSession();
      const { id } = JSON.parse(k.service.calls('frame')[0].text);
      k.service.push({ kind: 'resp', reqId: id, code: 200, type: 'T', body: 1 });
      await k.called('clock');
      k.client.shift();
    },
    client: [
      success('RefreshSession#Precheck'),
      success('RefreshSession#CSDS'),
      success('RefreshSession#Relogin#WS'),
      ['T', 1, '#1'],
      ['clock ←', null, 1],
    ],
  },
  ...[
    ['csds', { hang: true }, 0],
    ['login', { hang: true }, 1],
    ['upgrade', { hang: true }, 2],
  ].map(([step, spec, successes]) => ({
    row: `dispose() while connecting cancels it: at the ${step}`,
    service: { [step]: spec },
    async bot(k, agent) {
      await k.arrived(step);
      await k.until('the steps before', () => k.count('success') === successes);
      agent.dispose();
      await k.nothingFor(40);
      k.note('sockets', k.service.sockets.filter((one) => one.ws).length, agent.connected, agent.transport);
    },
    client: [...CONNECTS.slice(0, successes), ['sockets', 0, false, null]],
  })),
  ...['success', 'connected', 'message:sent', 'notification', 'closed', 'error'].map((event) => ({
    row: `dispose() inside ${event}, twice`,
    service: { replies: { '*': null } },
    async bot(k, agent) {
      if (event === 'error') k.service.script.upgrade = { cut: true };
      agent.on(event, () => {
        agent.dispose();
        agent.dispose();
      });
      if (event === 'message:sent') agent.on('connected', () => agent.getClock({}, () => {}));
      if (event === 'notification') agent.on('connected', () => k.service.push(notification('a', 1)));
      if (event === 'closed') agent.on('connected', () => k.service.open.close(1000));
      await k.event(event);
      await k.nothingFor(30);
      k.client.length = 0;
      k.note('is', agent.connected, agent.transport, agent.eventNames().length);
    },
    client: [['is', false, null, 0]],
  })),
  {
    row: 'no callback and not connected: a promise that rejects, and no TypeError',
    service: { upgrade: { hang: true } },
    async bot(k, agent) {
      await k.arrived('upgrade');
      k.forget();
      for (const method of ['getClock', 'publishEvent', 'setAgentState']) await k.settles(method, agent[method]({}));
      agent.getClock();
    },
    client: ['getClock', 'publishEvent', 'setAgentState'].map((method) => [`${method} rejects`, NOT_CONNECTED]),
  },
  {
    row: 'no callback: a promise of the body, or of an error with code, service, body and frame',
    service: { replies: { '.GetClock': { type: 'T', body: 5 }, '*': { type: 'T', code: 403, body: { no: 1 } } } },
    connects: true,
    async bot(k, agent) {
      await k.settles('clock', agent.getClock({}));
      await agent
        .publishEvent({})
        .catch((one) => k.note('refused', one instanceof Error, one.code, one.service, one.body, one.frame));
      k.client = k.client.filter((line) => !/^(message:sent|T) /.test(line));
    },
    client: [
      ['clock resolves', 5],
      [
        'refused',
        true,
        403,
        'messaging',
        { no: 1 },
        { kind: 'resp', reqId: '#1', code: 403, type: 'T', body: { no: 1 } },
      ],
    ].map((line, i) => (i === 0 ? line : [...line.slice(0, 5), { ...line[5], reqId: '#2' }])),
  },
  {
    row: 'timeouts are on time, whatever errorCheckInterval says',
    service: { replies: { '*': null } },
    conf: { requestTimeout: 30, errorCheckInterval: 3_600_000 },
    connects: true,
    async bot(k, agent) {
      await k.settles('clock', agent.getClock({}));
      k.client.shift();
    },
    client: [['clock rejects', sdkError('Request has timed out')]],
  },
  {
    row: 'a socket that went silent: closed 1006 once its pings go unanswered',
    conf: { pingInterval: 20, pongTimeout: 40 },
    connects: true,
    async bot(k) {
      k.service.sockets[0].ws._socket.pause();
      await k.event('closed');
    },
    client: [['closed', 1006]],
  },
  {
    row: 'a transform that fails on a response: the error event, and the callback at once',
    service: { replies: { '*': { type: '.ams.ms.QueryMessages$Response', body: 'odd' } } },
    connects: true,
    async bot(k, agent) {
      agent.subscribeMessagingEvents({}, k.cb('history'));
      await k.called('history');
      k.client.shift();
    },
    client: ['error', 'history ←'].map((name) => [
      name,
      transformError('TypeError: body is not iterable', {
        kind: 'resp',
        reqId: '#1',
        code: 200,
        type: '.ams.ms.QueryMessages$Response',
        body: 'odd',
      }),
    ]),
  },
  {
    row: 'the server’s reason for a failed login as err.body: an accessor, in no JSON, and never the credentials',
    service: { login: { status: 401, json: { error: { message: 'locked out' } } } },
    async bot(k, agent) {
      const [one] = await new Promise((resolve) => agent.once('error', (...args) => resolve(args)));
      k.client.length = 0;
      const text = inspect(one, { depth: 9, showHidden: true }) + JSON.stringify(one) + String(one.stack);
      k.note(
        'body',
        one.body,
        Object.hasOwn(one, 'body'),
        'body' in one,
        JSON.stringify(one).includes('locked'),
        text.includes('secret'),
      );
    },
    client: [['body', '{"error":{"message":"locked out"}}', false, true, false, false]],
  },
  {
    row: 'conf.domains is honoured by reconnect() and refreshSession() too',
    service: { hosts: { agentVep: 'vep.invalid', facadeMsg: 'facade.invalid' } },
    conf: (k) => k.conf({ domains: { agentVep: k.service.domain, facadeMsg: k.service.domain } }),
    connects: true,
    async bot(k, agent) {
      await agent.refreshSession();
      agent.reconnect();
      await k.event('connected', 2);
      k.client.length = 0;
    },
    client: [],
    server: [refresh, LOGIN, upgrade('bearer-2')],
  },
  {
    row: 'getBearerToken(): the token in use with a ready token, or when the login sent no csrf',
    conf: null,
    service: { login: signedIn(1, { csrf: null }) },
    async bot(k) {
      const ready = k.agent(k.token());
      await k.event('connected');
      const login = k.agent();
      await k.event('connected', 2);
      k.client.length = 0;
      k.note('bearer', ready.getBearerToken(), ready.token, login.getBearerToken(), login.token);
    },
    client: [['bearer', 'ready', undefined, 'bearer-1', undefined]],
  },
  {
    row: 'suggested agents do not take the assigned one’s id, nor managers each other’s',
    connects: true,
    bot(k) {
      const details = {
        participants: { ASSIGNED_AGENT: ['777.1'], MANAGER: ['777.3', '777.4'] },
        participantsPId: { ASSIGNED_AGENT: ['p1'], MANAGER: ['p3', 'p4'] },
        dialogs: [
          {
            participantsDetails: [
              { id: '777.2', role: 'ASSIGNED_AGENT', state: 'SUGGESTED' },
              { id: '777.1', role: 'ASSIGNED_AGENT' },
              { id: '777.4', role: 'MANAGER' },
              { id: '777.3', role: 'MANAGER' },
            ],
          },
        ],
      };
      k.first.on(TYPES.conversation[1], ({ changes: [{ result }] }) =>
        k.note('ids', ...result.conversationDetails.dialogs[0].participantsDetails.map(({ id }) => id)),
      );
      k.service.push(
        notification(TYPES.conversation[0], changes({ result: { convId: 'c', conversationDetails: details } })),
      );
      return k.event('notification').then(() => (k.client = k.client.filter((line) => line.startsWith('ids'))));
    },
    client: [['ids', '777.2', 'p1', 'p4', 'p3']],
  },
  {
    row: 'TransformError’s payload is the message as received',
    connects: true,
    async bot(k, agent) {
      const bad = {
        result: { convId: 'b', lastUpdateTime: 1, conversationDetails: { participants: {}, dialogs: [] } },
      };
      const good = {
        result: {
          convId: 'g',
          lastUpdateTime: 1,
          conversationDetails: { note: 'n', participants: {}, participantsPId: {}, dialogs: [] },
        },
      };
      const message = notification(TYPES.conversation[0], changes(good, bad));
      agent.once('error', ({ payload }) =>
        k.note('payload', JSON.stringify(payload) === JSON.stringify(wire(message))),
      );
      k.service.push(message);
      await k.event('notification');
      k.client = k.client.filter((line) => line.startsWith('payload'));
    },
    client: [['payload', true]],
  },
  {
    row: 'connect() while connected: one socket per agent',
    connects: true,
    async bot(k, agent) {
      agent.connect(k.cb('connect'));
      await k.event('connected', 2);
      await k.arrived('gone');
      k.note('open', k.service.sockets.filter((one) => !one.isOver).length);
    },
    client: [
      success('Connect#CSDS'),
      success('Connect#Login'),
      ['connect ←', null],
      ['closed', 1006],
      CONNECTED,
      ['open', 1],
    ],
  },
  {
    row: 'connect() and refreshSession() without a callback: promises',
    conf: null,
    async bot(k) {
      const agent = k.agent(
        {},
        {
          Class: (Base) =>
            class extends Base {
              connect(cb) {
                if (!cb) return super.connect();
              }
            },
        },
      );
      await k.settles('connect', agent.connect());
      await k.event('connected');
      await k.settles('refresh', agent.refreshSession());
      agent.csrf = '';
      await k.settles('refused', agent.refreshSession());
      k.client = k.client.filter((line) => / (resolves|rejects) /.test(line)).map((line) => line.slice(0, 40));
    },
    client: ['connect resolves undefined', 'refresh resolves undefined', 'refused rejects SDKError("CSRF and JAR a'],
  },
  {
    row: 'the bearer token is kept out of every message',
    service: { upgrade: { cut: true } },
    conf: (k) => k.token({ token: 'a-secret-token' }),
    async bot(k, agent) {
      const [one] = await new Promise((resolve) => agent.once('error', (...args) => resolve(args)));
      await k.event('closed');
      k.client.length = 0;
      k.note('told', inspect(one, { depth: 9, showHidden: true }).includes('a-secret-token'));
    },
    client: [['told', false]],
    server: [LOOK_UP, upgrade('a-secret-token')],
  },
  {
    row: 'nothing of all this without cause: an agent that is left alone makes three calls',
    async bot(k) {
      await k.event('connected');
      await k.nothingFor(50);
    },
    client: CONNECTS,
    server: ARRIVES,
  },
]);
