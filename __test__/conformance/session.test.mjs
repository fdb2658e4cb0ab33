// Contract §7: reconnect, refreshSession, the periodic refresh, getBearerToken, dispose.

import { setImmediate as turn } from 'node:timers/promises';
import { conforms } from './support/runner.mjs';
import { signedIn } from './support/service.mjs';
import { sdkError } from './support/show.mjs';
import { CONNECTED, LOGIN, LOOK_UP, success, upgrade } from './support/usual.mjs';

const PRECHECK = success('RefreshSession#Precheck');
const REFRESHES = [PRECHECK, success('RefreshSession#CSDS'), success('RefreshSession#REST')];
const RECONNECTS = [success('Reconnect#CSDS'), success('Reconnect#Relogin#WS')];
const refresh = (cookie, csrf = 'csrf-1') =>
  `POST /api/account/777/refresh?v=1.3 {"csrf":"${csrf}"}${cookie ? ` cookie: ${cookie}` : ''}`;
const TIMED_OUT = sdkError('Request has timed out');
const NO_SESSION = sdkError(
  'CSRF and JAR are not defined for this agent. Please reconnect with bearer token.',
  null,
  'authentication.login',
);

/** Cookies of the login, and what of them the refresh carries. */
const carries = (row, cookies, cookie) => ({
  row: `cookies: ${row}`,
  service: { login: { ...signedIn(1), cookies } },
  connects: true,
  async bot(k, agent) {
    k.note('jar', agent.jar.getCookieString(`https://${k.service.domain}/api/account/777/refresh?v=1.3`));
    await agent.refreshSession();
  },
  client: [['jar', cookie], ...REFRESHES],
  server: [refresh(cookie)],
});

conforms('session', [
  {
    row: 'reconnect(true): only the socket, same token, after closed; it returns undefined',
    connects: true,
    async bot(k, agent) {
      k.service.open.close(1001);
      await k.event('closed');
      k.call('reconnect', () => agent.reconnect(true));
      await k.event('connected', 2);
    },
    client: [['closed', 1001], ['reconnect returns', undefined], CONNECTED],
    server: [upgrade('bearer-1')],
  },
  ...[false, 0, '', null, undefined, NaN].map((flag) => ({
    row: `reconnect(${JSON.stringify(flag)}): look-up, login, socket`,
    connects: true,
    async bot(k, agent) {
      k.service.open.close(4401);
      await k.event('closed');
      k.call('reconnect', () => agent.reconnect(flag));
      await k.event('connected', 2);
      k.note('token', agent.getBearerToken(), agent.token, agent.csrf);
    },
    client: [
      ['closed', 4401],
      RECONNECTS[0],
      ['reconnect returns', undefined],
      RECONNECTS[1],
      CONNECTED,
      ['token', 'bearer-2', 'bearer-2', 'csrf-2'],
    ],
    server: [LOGIN, upgrade('bearer-2')],
  })),
  ...[1, 'false', {}, []].map((flag) => ({
    row: `reconnect(${JSON.stringify(flag)}) looks at truthiness only`,
    connects: true,
    async bot(k, agent) {
      agent.reconnect(flag);
      await k.event('connected', 2);
    },
    client: [['closed', 1006], CONNECTED],
    server: [upgrade('bearer-1')],
  })),
  {
    row: 'reconnect(true) before there is a transport does nothing',
    conf: null,
    async bot(k) {
      const agent = k.agent(
        {},
        {
          Class: (Base) =>
            class extends Base {
              connect() {}
            },
        },
      );
      k.call('reconnect', () => agent.reconnect(true));
      k.note('transport', agent.transport);
      await k.nothingFor(40);
    },
    client: [
      ['reconnect returns', undefined],
      ['transport', undefined],
    ],
    server: [],
  },
  {
    row: 'reconnect() before anything else connects',
    conf: null,
    async bot(k) {
      const agent = k.agent(
        {},
        {
          Class: (Base) =>
            class extends Base {
              connect() {}
            },
        },
      );
      k.call('reconnect', () => agent.reconnect());
      await k.event('connected');
    },
    client: [['reconnect returns', undefined], ...RECONNECTS, CONNECTED],
    server: [LOOK_UP, LOGIN, upgrade('bearer-1')],
  },
  {
    row: 'transport.reconnect() is reconnect(true), with the token in transport.configuration',
    connects: true,
    async bot(k, agent) {
      agent.transport.configuration.token = 'other';
      k.call('reconnect', () => agent.transport.reconnect());
      await k.event('connected', 2);
    },
    client: [['reconnect returns', undefined], ['closed', 1006], CONNECTED],
    server: [upgrade('other')],
  },
  {
    row: 'refreshSession(cb): null for the callback, which comes after the events; csrf and cookies are sent',
    connects: true,
    async bot(k, agent) {
      k.call('refreshSession', () => agent.refreshSession(k.cb('refreshed')));
      await k.called('refreshed');
    },
    client: [...REFRESHES.slice(0, 2), ['refreshSession returns', undefined], REFRESHES[2], ['refreshed ←', null]],
    server: [refresh('session=cookie-1')],
  },
  {
    row: 'a refresh without csrf or without jar (the bot has removed them) fails its pre-check',
    connects: true,
    async bot(k, agent) {
      const { csrf } = agent;
      agent.csrf = undefined;
      agent.refreshSession(k.cb('refreshed'));
      agent.csrf = csrf;
      agent.jar = null;
      agent.refreshSession(k.cb('refreshed'));
    },
    client: Array(2)
      .fill([
        ['error', NO_SESSION, { location: 'RefreshSession#Precheck' }],
        ['refreshed ←', NO_SESSION],
      ])
      .flat(),
    server: [],
  },
  {
    row: 'the csrf is the one on the agent',
    connects: true,
    async bot(k, agent) {
      agent.csrf = 'é"';
      await agent.refreshSession();
    },
    client: REFRESHES,
    server: [refresh('session=cookie-1', 'é\\"')],
  },
  {
    row: 'a look-up that fails: RefreshSession#CSDS',
    service: { csds: [undefined, { status: 500 }] },
    conf: { stdTTL: 0.001 },
    connects: true,
    async bot(k, agent) {
      await k.nothingFor(5);
      agent.refreshSession(k.cb('refreshed'));
      await k.called('refreshed');
      k.note('connected', agent.connected);
    },
    client: [
      PRECHECK,
      [
        'error',
        sdkError('Error on CSDS request: Internal Server Error', 500, 'domainNames'),
        { location: 'RefreshSession#CSDS' },
      ],
      ['refreshed ←', sdkError('Error on CSDS request: Internal Server Error', 500, 'domainNames')],
      ['connected', true],
    ],
    server: [LOOK_UP],
  },
  {
    row: 'a refresh answered 401: nothing at RefreshSession#REST, a new login; the open socket stays, the token is used next',
    service: { refresh: { status: 401, json: {} } },
    connects: true,
    async bot(k, agent) {
      agent.refreshSession(k.cb('refreshed'));
      await k.called('refreshed');
      await k.sync();
      k.note('is', agent.connected, agent.token, agent.transport.configuration.token);
      agent.reconnect(true);
      await k.event('connected', 2);
    },
    client: [
      PRECHECK,
      success('RefreshSession#CSDS'),
      success('RefreshSession#Relogin#WS'),
      ['refreshed ←', null],
      ['is', true, 'bearer-2', 'bearer-2'],
      ['closed', 1006],
      CONNECTED,
    ],
    server: [refresh('session=cookie-1'), LOGIN, upgrade('bearer-2')],
  },
  {
    row: 'a refresh answered 401 and then a login that fails: one error at RefreshSession#Relogin#WS',
    service: { refresh: { status: 401, json: {} }, login: [undefined, { status: 403 }] },
    connects: true,
    async bot(k, agent) {
      agent.refreshSession(k.cb('refreshed'));
      await k.called('refreshed');
      k.note('connected', agent.connected);
    },
    client: [
      PRECHECK,
      success('RefreshSession#CSDS'),
      [
        'error',
        sdkError('Error on AgentVEP login: Forbidden', 403, 'authentication.login'),
        { location: 'RefreshSession#Relogin#WS' },
      ],
      ['refreshed ←', sdkError('Error on AgentVEP login: Forbidden', 403, 'authentication.login')],
      ['connected', true],
    ],
    server: [refresh('session=cookie-1'), LOGIN],
  },
  {
    row: 'the periodic refresh calls this.refreshSession, again after each has ended, whatever its outcome',
    service: { refresh: [{ status: 500 }, { cut: true }, { json: {} }] },
    conf: { refreshSessionToken: undefined, refreshSessionInterval: '5' },
    async bot(k) {
      await k.arrived('refresh', 4);
      k.first.dispose();
      const refreshes = k.serverWith().filter((line) => line.includes('/refresh'));
      k.client.length = 0;
      k.note('sent', [...new Set(refreshes)]);
      await k.event('closed');
      k.client = k.client.filter((line) => line.startsWith('sent'));
    },
    client: [['sent', [refresh('session=cookie-1')]]],
  },
  {
    row: 'startPeriodicRefreshSession() starts it where it was switched off; called twice it runs once; undefined',
    conf: { refreshSessionInterval: 30 },
    connects: true,
    async bot(k, agent) {
      let calls = 0;
      agent.refreshSession = (done) => {
        calls += 1;
        k.cb('refresh')(typeof done, calls);
        if (calls < 2) done();
      };
      k.call('start', () => agent.startPeriodicRefreshSession());
      k.call('start', () => agent.startPeriodicRefreshSession());
      await k.called('refresh', 2);
      await k.nothingFor(80);
    },
    client: [
      ['start returns', undefined],
      ['start returns', undefined],
      ['refresh ←', 'function', 1],
      ['refresh ←', 'function', 2],
    ],
  },
  {
    row: 'reconnect() stops the refresh timer; the login that follows starts it again',
    conf: { refreshSessionToken: true, refreshSessionInterval: 60 },
    service: { login: [undefined, { status: 500 }, undefined] },
    connects: true,
    async bot(k, agent) {
      agent.reconnect();
      await k.event('error');
      await k.nothingFor(120);
      k.note('refreshes', k.service.counts.refresh);
      agent.reconnect();
      await k.arrived('refresh');
      agent.dispose();
      await turn();
      k.client = k.client.filter((line) => line.startsWith('refreshes'));
    },
    client: [['refreshes', 0]],
  },
  carries(
    'attributes decide: path, domain, age',
    [
      'a=1; Path=/',
      'b=2; Path=/elsewhere',
      'c=3; Domain=other.test',
      'd=4; Max-Age=0',
      'e=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'f=6; Max-Age=100; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'g=7; Path=/api/account/777/refresh',
    ],
    'g=7; f=6; a=1',
  ),
  carries(
    'quotes in values stay, and what else may stand there',
    ['q="a b"; Path=/', 'eq=a=b==; Path=/', 'empty=; Path=/'],
    'q="a b"; eq=a=b==; empty=',
  ),
  carries('without a path, that of the login counts', ['own=1'], 'own=1'),
  carries('none at all', [], ''),
  {
    row: 'cookies: the answer of the refresh updates them; other hosts get none',
    service: { refresh: [{ json: {}, cookies: ['session=renewed; Path=/', 'more=1; Path=/'] }, { json: {} }] },
    connects: true,
    async bot(k, agent) {
      await agent.refreshSession();
      await agent.refreshSession();
      k.note('other', agent.jar.getCookieString('https://other.test/'), agent.jar.getCookieString('odd'));
    },
    client: [...REFRESHES, ...REFRESHES, ['other', '', '']],
    server: [refresh('session=cookie-1'), refresh('session=renewed; more=1')],
  },
  {
    row: 'getBearerToken(): undefined before there is one, then the token in use, and what the bot writes to agent.token',
    conf: null,
    async bot(k) {
      const agent = k.agent(k.token());
      k.note('before', agent.getBearerToken());
      await k.event('connected');
      k.note('ready', agent.getBearerToken(), agent.token);
      agent.token = 'written';
      k.note('written', agent.getBearerToken());
      k.client.splice(1, 3);
    },
    client: [
      ['before', undefined],
      ['ready', 'ready', undefined],
      ['written', 'written'],
    ],
  },
  {
    row: 'dispose(): undefined, twice, no close frame, listeners gone, connected false, transport null; the rest afterwards',
    service: { replies: { '*': null } },
    connects: true,
    async bot(k, agent) {
      agent.getClock({}, k.cb('clock'));
      await k.arrived('frame');
      k.client.length = 0;
      agent.on('closed', () => k.note('a listener heard of it'));
      k.call('dispose', () => agent.dispose());
      k.note('is', agent.connected, agent.transport, agent.eventNames());
      k.call('dispose', () => agent.dispose());
      await k.arrived('close');
      await turn();
      k.note('code', k.service.calls('close')[0].code);
    },
    client: [
      ['dispose returns', undefined],
      ['is', false, null, []],
      ['dispose returns', undefined],
      ['clock ←', TIMED_OUT, undefined],
      ['closed', 1006],
      ['code', 1006],
    ],
  },
  {
    row: 'after dispose(): reconnect(true) does nothing, requests are told, reconnect() connects anew',
    connects: true,
    async bot(k, agent) {
      agent.dispose();
      await k.event('closed');
      agent.on('error', () => {});
      agent.reconnect(true);
      agent.getClock({}, k.cb('clock'));
      agent.reconnect();
      await k.event('connected', 2);
    },
    client: [['closed', 1006], ['clock ←', sdkError('socket not connected')], ...RECONNECTS, CONNECTED],
    server: [LOGIN, upgrade('bearer-2')],
  },
  {
    row: 'after dispose(): connect(cb) connects anew',
    conf: (k) => k.token(),
    connects: true,
    async bot(k, agent) {
      agent.dispose();
      k.call('connect', () => agent.connect(k.cb('connect')));
      await k.event('connected', 2);
    },
    client: [
      success('Connect#CSDS'),
      ['connect returns', undefined],
      ['closed', 1006],
      success('Connect#Login'),
      ['connect ←', null],
      CONNECTED,
    ],
    server: [upgrade('ready')],
  },
]);
