// Contract §2: the options, one by one, and that they are read from the live object.

import { error, sdkError } from './support/show.mjs';
import { conforms } from './support/runner.mjs';
import { ARRIVES, CONNECTED, CONNECTS, LOGIN, LOOK_UP, omit, success, upgrade } from './support/usual.mjs';

const NO_ACCOUNT = error('missing accountId param');
const NO_CREDENTIALS = error(
  'missing token or user/password or assertion or appKey/secret/accessToken/accessTokenSecret params',
);
const OAUTH1 = { appKey: 'ak', secret: 's', accessToken: 'at', accessTokenSecret: 'ats' };

/** A login with exactly these credentials. */
const signsIn = (row, credentials, body) => ({
  row,
  conf: (k) => ({ ...omit(k.conf(), 'username', 'password'), ...credentials }),
  bot: (k) => k.event('connected'),
  client: CONNECTS,
  server: [LOOK_UP, `POST /api/account/777/login?v=1.3 ${body}`, upgrade('bearer-1')],
});

/** The only difference these options make is in the upgrade. */
const upgrades = (row, conf, line, service) => ({
  row,
  conf,
  service,
  bot: (k) => k.event('connected'),
  client: CONNECTS,
  server: [LOOK_UP, LOGIN, line],
});

const hosts = (services) => ({ hosts: services });

conforms('options', [
  {
    row: 'accountId is required; credentials must be complete; the account comes first',
    conf: null,
    bot(k) {
      const all = [
        undefined,
        null,
        {},
        { username: 'u', password: 'p' },
        { accountId: '' },
        { accountId: 1 },
        { accountId: 1, username: 'u' },
        { accountId: 1, password: 'p' },
        { accountId: 1, username: 'u', ...omit(OAUTH1, 'secret') },
        { accountId: 1, ...OAUTH1 },
        { accountId: 1, token: '', assertion: null, userId: 1 },
      ];
      for (const conf of all) k.call('new', () => new k.Agent(conf));
    },
    client: [...Array(5).fill(['new throws', NO_ACCOUNT]), ...Array(6).fill(['new throws', NO_CREDENTIALS])],
    server: [],
  },
  signsIn('username + password', { username: 'b"ot', password: 'é\n' }, '{"username":"b\\"ot","password":"é\\n"}'),
  signsIn('assertion', { assertion: 'PHNhbWw+' }, '{"jwt":"dummy","assertion":"PHNhbWw+"}'),
  signsIn(
    'OAuth1',
    { accessTokenSecret: 'ats', secret: 's', username: 'bot', accessToken: 'at', appKey: 'ak' },
    '{"username":"bot","appKey":"ak","secret":"s","accessToken":"at","accessTokenSecret":"ats"}',
  ),
  signsIn(
    'precedence: user and password before assertion before OAuth1',
    { username: 'u', password: 'p', assertion: 'a', ...OAUTH1 },
    '{"username":"u","password":"p"}',
  ),
  signsIn(
    'precedence: assertion before OAuth1',
    { username: 'u', assertion: 'a', ...OAUTH1 },
    '{"jwt":"dummy","assertion":"a"}',
  ),
  signsIn(
    'precedence: an incomplete kind does not count',
    { username: 'u', assertion: 'a' },
    '{"jwt":"dummy","assertion":"a"}',
  ),
  {
    row: 'precedence: a token wins over everything',
    conf: { token: 'ready', assertion: 'a' },
    bot: (k) => k.event('connected'),
    client: CONNECTS,
    server: [LOOK_UP, upgrade('ready')],
  },
  {
    row: 'accountId may be a number, and is kept as it is',
    conf: { accountId: 777 },
    bot: async (k, agent) => {
      await k.event('connected');
      k.note('account', agent.accountId, agent.__oldAgentId);
    },
    client: [...CONNECTS, ['account', 777, '777.2001']],
    server: ARRIVES,
  },
  {
    row: 'domains are laid over the answer, agentVep among them, and need not be listed in it',
    service: hosts({ agentVep: undefined, facadeMsg: 'nowhere.invalid:1' }),
    conf: (k) =>
      k.conf({ domains: { agentVep: `127.0.0.1:${k.service.port}`, facadeMsg: `127.0.0.1:${k.service.port}` } }),
    bot: (k) => k.event('connected'),
    client: CONNECTS,
    server: [LOOK_UP, ...[LOGIN, upgrade('bearer-1')].map((line) => line.replace(' /', ' 127.0.0.1:PORT/'))],
  },
  {
    row: 'domains: undefined, null, numbers and texts in its place are as none',
    conf: { domains: { agentVep: undefined, facadeMsg: null, x: 5 } },
    bot: (k) => k.event('connected'),
    client: CONNECTS,
    server: ARRIVES,
  },
  upgrades(
    'wsDomainType names the service whose host carries the WebSocket',
    { wsDomainType: 'asyncMessagingEnt' },
    upgrade('bearer-1').replace(' /', ' 127.0.0.1:PORT/'),
    hosts({ asyncMessagingEnt: '127.0.0.1:0' }),
  ),
  upgrades(
    'wsDomainType: facadeMsg where that name is not among the domains',
    { wsDomainType: 'noSuchService' },
    upgrade('bearer-1').replace(' /', ' 127.0.0.1:PORT/'),
    hosts({ facadeMsg: '127.0.0.1:0' }),
  ),
  ...['__proto__', 'constructor', 'toString'].map((wsDomainType) =>
    upgrades(`wsDomainType: ${wsDomainType} is no service`, { wsDomainType }, upgrade('bearer-1')),
  ),
  upgrades('wsDomainType: null', { wsDomainType: null }, upgrade('bearer-1')),
  upgrades('apiVersion', { apiVersion: '3' }, upgrade('bearer-1', '?v=3')),
  upgrades('apiVersion as a number', { apiVersion: 2.2 }, upgrade('bearer-1', '?v=2.2')),
  upgrades('apiVersion: a false value means the default', { apiVersion: '' }, upgrade('bearer-1')),
  {
    row: 'appId adds intid, intvn and appId, in that order',
    conf: { appId: 'my-app' },
    async bot(k) {
      await k.event('connected');
      k.note('path', k.service.calls('upgrade')[0].path.replace(/intvn=\d+\.\d+\.\d+[^&]*/, 'intvn=VERSION'));
    },
    client: [
      ...CONNECTS,
      ['path', '/ws_api/account/777/messaging/brand/bearer-1?v=2.1&intid=na-sdk-js&intvn=VERSION&appId=my-app'],
    ],
  },
  upgrades('appId: empty is none', { appId: '' }, upgrade('bearer-1')),
  {
    row: 'domain takes the place of agentVep for the login and of the WebSocket host, not for the refresh',
    conf: (k) => k.conf({ domain: `127.0.0.1:${k.service.port}` }),
    async bot(k, agent) {
      await k.event('connected');
      await agent.refreshSession();
    },
    client: [...CONNECTS, ...['Precheck', 'CSDS', 'REST'].map((step) => success(`RefreshSession#${step}`))],
    server: [
      LOOK_UP,
      LOGIN.replace(' /', ' 127.0.0.1:PORT/'),
      upgrade('bearer-1').replace(' /', ' 127.0.0.1:PORT/'),
      'POST /api/account/777/refresh?v=1.3 {"csrf":"csrf-1"}',
    ],
  },
  {
    row: 'stdTTL: a domain answer is kept so long; the success of a kept one comes before connect returns',
    conf: { stdTTL: '0.05' },
    async bot(k, agent) {
      await k.event('connected');
      await k.nothingFor(60);
      k.forget();
      k.call('connect', () => agent.connect(k.cb('connect')));
      await k.event('connected', 2);
    },
    client: [
      ['connect returns', undefined],
      success('Connect#CSDS'),
      success('Connect#Login'),
      ['connect ←', null],
      ['closed', 1006],
      CONNECTED,
    ],
    server: [LOOK_UP, LOGIN, upgrade('bearer-2')],
  },
  {
    row: 'the answer of the look-up is kept for 60 s by itself',
    async bot(k, agent) {
      await k.event('connected');
      k.forget();
      k.call('connect', () => agent.connect(k.cb('connect')));
      await k.event('connected', 2);
    },
    client: [
      success('Connect#CSDS'),
      ['connect returns', undefined],
      success('Connect#Login'),
      ['connect ←', null],
      ['closed', 1006],
      CONNECTED,
    ],
    server: [LOGIN, upgrade('bearer-2')],
  },
  {
    row: 'an empty answer of the look-up is not kept',
    service: { csds: [{ json: { baseURIs: [] } }, undefined] },
    async bot(k, agent) {
      await k.event('error');
      agent.connect(k.cb('connect'));
      await k.event('connected');
      k.forget();
    },
    client: [],
  },
  {
    row: 'the live conf counts: replaced by the bot, or written to, without a trace of ours in it',
    async bot(k, agent) {
      await k.event('connected');
      k.note('kept', Object.keys(agent.conf));
      agent.conf = k.token({ token: 'fresh', apiVersion: '9' });
      const before = JSON.stringify(agent.conf);
      k.forget();
      agent.reconnect();
      await k.event('connected', 2);
      k.note('conf', JSON.stringify(agent.conf) === before, agent.userId, agent.agentId);
      agent.conf.token = 'fresher';
      agent.reconnect();
      await k.event('connected', 3);
    },
    client: [
      success('Reconnect#CSDS'),
      success('Reconnect#Relogin#WS'),
      ['closed', 1006],
      CONNECTED,
      ['conf', true, '2001', 'pid-2001'],
      success('Reconnect#CSDS'),
      success('Reconnect#Relogin#WS'),
      ['closed', 1006],
      CONNECTED,
    ],
    server: [upgrade('fresh', '?v=9'), upgrade('fresher', '?v=9')],
  },
  {
    row: 'a frozen conf will do',
    conf: null,
    async bot(k) {
      k.agent(Object.freeze(k.conf({ domains: Object.freeze({}) })));
      await k.event('connected');
    },
    client: CONNECTS,
    server: ARRIVES,
  },
  {
    row: 'requestTimeout, errorCheckInterval and refreshSessionInterval: strings, and any false value the default',
    conf: { requestTimeout: '700', errorCheckInterval: 0, refreshSessionInterval: '5000' },
    async bot(k, agent) {
      k.note('made', agent.requestTimeout, agent.errorCheckInterval, agent.refreshSessionInterval);
      await k.event('connected');
      k.note('open', agent.requestTimeout, agent.errorCheckInterval, agent.refreshSessionInterval);
      const other = k.agent({ refreshSessionInterval: 0 });
      await k.event('connected', 2);
      k.note('other', other.requestTimeout, other.errorCheckInterval, other.refreshSessionInterval);
      k.client.splice(1, 3);
      k.client.splice(2, 3);
    },
    client: [
      ['made', undefined, undefined, '5000'],
      ['open', '700', 1000, '5000'],
      ['other', 10000, 1000, 600000],
    ],
  },
  {
    row: 'headers of the options: lists, numbers, and those that make the upgrade are ours',
    conf: { headers: { 'X-List': ['a', 'b'], 'X-Number': 7, Upgrade: 'h2c', Host: 'other.test', 'X-None': undefined } },
    async bot(k) {
      await k.event('connected');
      const { headers, host } = k.service.calls('upgrade')[0];
      k.note('headers', headers['x-list'], headers['x-number'], headers.upgrade, headers['x-none'], host);
    },
    client: [...CONNECTS, ['headers', 'a, b', '7', 'websocket', undefined, 'other.test']],
  },
  ...[
    ['a b', 'x', 'Header name must be a valid HTTP token ["a b"]', 'ERR_INVALID_HTTP_TOKEN'],
    ['X-A', 'x\ny', 'Invalid character in header content ["X-A"]', 'ERR_INVALID_CHAR'],
  ].map(([name, value, words, code]) => ({
    row: `headers of the options: one that cannot be sent, ${JSON.stringify([name, value])}`,
    conf: { headers: { [name]: value } },
    bot: (k) => k.event('closed'),
    client: [
      ...CONNECTS.slice(0, 2),
      ['error', sdkError(`Error on WS connection: ${words}`, null, 'messaging', error(words, { code }, 'TypeError'))],
      ['closed', 1006],
    ],
    server: [LOOK_UP, LOGIN],
  })),
  {
    row: 'rejectUnauthorized: false holds for HTTP and WebSocket; a refused certificate otherwise',
    conf: (k) => k.conf({ ca: undefined, rejectUnauthorized: false }),
    bot: (k) => k.event('connected'),
    client: CONNECTS,
    server: ARRIVES,
  },
]);
