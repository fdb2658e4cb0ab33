// Contract §3, "Errors on the way": look-up, login and refresh; each row for each operation that can meet it.

import { error, sdkError } from './support/show.mjs';
import { conforms } from './support/runner.mjs';
import { signedIn } from './support/service.mjs';
import { LOGIN, LOOK_UP, success } from './support/usual.mjs';

const csds = (words, code, cause) => sdkError(`Error on CSDS request: ${words}`, code, 'domainNames', cause);
const login = (words, code, cause) =>
  sdkError(`Error on AgentVEP login: ${words}`, code, 'authentication.login', cause);
const refresh = (words, code, cause) =>
  sdkError(`Error on AgentVEP RefreshSession: ${words}`, code, 'authentication.refreshSession', cause);
const NO_DOMAINS = sdkError('could not fetch domains', null, 'domainNames');
const HANG_UP = error('socket hang up', { code: 'ECONNRESET' });
const ABORTED = error('aborted', { code: 'ECONNRESET' });
const reset = (name) => name('socket hang up', null, HANG_UP);

/** The first attempt fails at the look-up. */
const looksUp = (row, spec, failure, conf) => ({
  row: `CSDS: ${row}`,
  service: { csds: spec },
  conf,
  bot: (k) => k.event('error'),
  client: [['error', failure, { location: 'Connect#CSDS' }]],
  server: [LOOK_UP],
});

/** The look-up succeeds, but what it says is of no use. */
const saysNothing = (row, spec) => ({
  row: `no agentVep among the domains: ${row}`,
  service: { csds: spec },
  bot: (k) => k.event('error'),
  client: [success('Connect#CSDS'), ['error', NO_DOMAINS, { location: 'Connect#Login' }]],
  server: [LOOK_UP],
});

const signsIn = (row, spec, failure) => ({
  row: `login: ${row}`,
  service: { login: spec },
  async bot(k, agent) {
    await k.event('error');
    k.note('is', agent.agentId, agent.userId, agent.__oldAgentId, agent.transport, agent.getBearerToken());
  },
  client: [
    success('Connect#CSDS'),
    ['error', failure, { location: 'Connect#Login' }],
    ['is', undefined, undefined, undefined, undefined, undefined],
  ],
  server: [LOOK_UP, LOGIN],
});

const refreshes = (row, spec, failure) => ({
  row: `refresh: ${row}`,
  service: { refresh: spec },
  connects: true,
  async bot(k, agent) {
    k.call('refreshSession', () => agent.refreshSession(k.cb('refreshed')));
    await k.called('refreshed');
    k.note('connected', agent.connected);
  },
  client: [
    success('RefreshSession#Precheck'),
    success('RefreshSession#CSDS'),
    ['refreshSession returns', undefined],
    ...(failure
      ? [
          ['error', failure, { location: 'RefreshSession#REST' }],
          ['refreshed ←', failure],
        ]
      : [success('RefreshSession#REST'), ['refreshed ←', null]]),
    ['connected', true],
  ],
  server: ['POST /api/account/777/refresh?v=1.3 {"csrf":"csrf-1"} cookie: session=cookie-1'],
});

const NOT_HTTP = 'Parse Error: Expected HTTP/, RTSP/ or ICE/';
const PARSE_ERROR = { bytesParsed: 0, code: 'HPE_INVALID_CONSTANT', reason: 'Expected HTTP/, RTSP/ or ICE/' };
const error17 = { statusCode: 404, internalCode: 17, message: 'no such account' };

const STATUSES = [
  ['a status beyond 299', { status: 404, json: { error: error17 } }, 'Not Found', 404],
  [
    'the reason phrase that was sent',
    { status: 503, statusText: 'Come Back Later', text: 'x' },
    'Come Back Later',
    503,
  ],
  ['an empty reason phrase', { raw: 'HTTP/1.1 500 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n' }, '', 500],
  ['no reason phrase at all', { raw: 'HTTP/1.1 500\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' }, '', 500],
  [
    'a status that nobody knows',
    { raw: 'HTTP/1.1 599 Odd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' },
    'Odd',
    599,
  ],
  ['304', { status: 304 }, 'Not Modified', 304],
];
const SERVICE_ERRORS = [
  ['error in a 200', { json: { error: error17 } }, JSON.stringify(error17), 17],
  [
    'error in a 201, code as text',
    { status: 201, json: { error: { internalCode: 'x1' } } },
    '{"internalCode":"x1"}',
    'x1',
  ],
  ['error as text', { json: { error: 'no' } }, '"no"', undefined],
  ['error without an internalCode', { json: { error: { a: [1, null] } } }, '{"a":[1,null]}', undefined],
  ['internalCode null', { json: { error: { internalCode: null } } }, '{"internalCode":null}', null],
  [
    'spaces and escapes are as JSON.stringify has them',
    { text: '{"error": {"a" : "\\u00e9", "internalCode":1.0}}' },
    '{"a":"é","internalCode":1}',
    1,
  ],
];
const UNREADABLE = [
  ['no JSON', { text: 'hello', headers: { 'content-type': 'application/json' } }],
  ['an empty body', { text: '' }],
  ['204', { status: 204 }],
  ['null', { json: null }],
  ['a list', { json: ['error', { userId: 1 }] }],
  ['a number', { json: 5 }],
  ['cut-off JSON', { text: '{"baseURIs":[{"service":"agentVep"' }],
];

conforms('errors on the way', [
  ...STATUSES.map(([row, spec, words, code]) => looksUp(row, spec, csds(words, code))),
  ...STATUSES.map(([row, spec, words, code]) => signsIn(row, spec, login(words, code))),
  ...STATUSES.map(([row, spec, words, code]) => refreshes(row, spec, refresh(words, code))),
  signsIn('a redirect is not followed', { status: 302, headers: { location: '/else' } }, login('Found', 302)),
  refreshes(
    'a redirect is not followed',
    { status: 307, headers: { location: '/else' } },
    refresh('Temporary Redirect', 307),
  ),
  ...SERVICE_ERRORS.map(([row, spec, words, code]) => looksUp(row, spec, csds(words, code))),
  ...SERVICE_ERRORS.map(([row, spec, words, code]) => signsIn(row, spec, login(words, code))),
  ...SERVICE_ERRORS.map(([row, spec, words, code]) => refreshes(row, spec, refresh(words, code))),
  ...[null, false, 0, ''].map((falsy) =>
    refreshes(`an error of ${JSON.stringify(falsy)} is none`, { json: { error: falsy } }, null),
  ),
  ...UNREADABLE.map(([row, spec]) => refreshes(`${row} counts as a success`, spec, null)),
  ...UNREADABLE.map(([row, spec]) => saysNothing(row, spec)),
  saysNothing('an empty list', { json: { baseURIs: [] } }),
  saysNothing('others only', { json: { baseURIs: [{ service: 'facadeMsg', baseURI: 'x' }] } }),
  saysNothing('a list of odd things', { json: { baseURIs: [{ service: 'constructor', baseURI: 'x' }, {}] } }),
  {
    row: 'no agentVep among the domains: even with a ready token',
    service: { hosts: { agentVep: undefined } },
    conf: (k) => k.token(),
    bot: (k) => k.event('error'),
    client: [success('Connect#CSDS'), ['error', NO_DOMAINS, { location: 'Connect#Login' }]],
    server: [LOOK_UP],
  },
  looksUp('cut before the answer', { cut: true }, reset(csds)),
  looksUp('cut within the answer', { truncate: true, text: '{"ba' }, csds('aborted', null, ABORTED)),
  signsIn('cut before the answer', { cut: true }, reset(login)),
  signsIn('cut within the answer', { truncate: true, text: '{"ba' }, login('aborted', null, ABORTED)),
  refreshes('cut before the answer', { cut: true }, reset(refresh)),
  refreshes('cut within the answer', { truncate: true, text: '{"ba' }, refresh('aborted', null, ABORTED)),
  ...UNREADABLE.map(([row, spec]) =>
    signsIn(
      `without config.userId: ${row}`,
      spec,
      sdkError('invalid login state, userId is undefined', null, 'authentication.login'),
    ),
  ),
  ...[{ config: null }, { config: { userPid: 'p' } }, { config: { userId: '' } }, { config: 'odd' }].map((config) =>
    signsIn(
      `without config.userId: ${JSON.stringify(config)}`,
      signedIn(1, config),
      sdkError('invalid login state, userId is undefined', null, 'authentication.login'),
    ),
  ),
  {
    row: 'login: answered without bearer',
    service: { login: signedIn(1, { bearer: undefined }) },
    bot: (k) => k.event('error'),
    client: [
      success('Connect#CSDS'),
      ['error', sdkError('could not generate token', null, 'authentication.login'), { location: 'Connect#Login' }],
    ],
    server: [LOOK_UP, LOGIN],
  },
  {
    row: 'CSDS: nobody listens there',
    conf: { csdsDomain: '127.0.0.1:1' },
    bot: (k) => k.event('error'),
    client: [
      [
        'error',
        csds(
          'connect ECONNREFUSED 127.0.0.1:1',
          null,
          error('connect ECONNREFUSED 127.0.0.1:1', {
            errno: -111,
            code: 'ECONNREFUSED',
            syscall: 'connect',
            address: '127.0.0.1',
            port: 1,
          }),
        ),
        { location: 'Connect#CSDS' },
      ],
    ],
  },
  ...['a b', 'localhost:99999'].map((csdsDomain) => {
    const input = `https://${csdsDomain}/api/account/777/service/baseURI.json?version=1.0`;
    const cause = error('Invalid URL', { code: 'ERR_INVALID_URL', input }, 'TypeError');
    return {
      row: `CSDS: no host at all, ${csdsDomain}`,
      conf: { csdsDomain },
      bot: (k) => k.event('error'),
      client: [['error', csds('Invalid URL', null, cause), { location: 'Connect#CSDS' }]],
      server: [],
    };
  }),
  {
    row: 'CSDS: no such host',
    conf: { csdsDomain: 'csds.nowhere.invalid' },
    async bot(k, agent) {
      await k.event('error');
      agent.connect(k.cb('connect'));
      await k.called('connect');
      k.client.length = 0;
      agent.on('error', ({ error: { errno, ...cause }, message }) => k.note('cause', message, cause, typeof errno));
      agent.reconnect();
      await k.event('error', 3);
      k.client.shift();
    },
    client: [
      [
        'cause',
        'Error on CSDS request: getaddrinfo ENOTFOUND csds.nowhere.invalid',
        { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'csds.nowhere.invalid' },
        'number',
      ],
    ],
  },
  {
    row: 'login: nobody listens there',
    service: { hosts: { agentVep: '127.0.0.1:1' } },
    async bot(k, agent) {
      agent.on('error', ({ error: cause }) => k.note('cause', cause.code, Object.keys(cause)));
      await k.event('error');
      k.client.splice(1, 1);
    },
    client: [success('Connect#CSDS'), ['cause', 'ECONNREFUSED', ['errno', 'code', 'syscall', 'address', 'port']]],
  },
  {
    row: 'CSDS: a certificate that nobody signed',
    conf: { ca: undefined },
    async bot(k, agent) {
      agent.on('error', ({ message, error: cause }) =>
        k.note('cause', message.startsWith('Error on CSDS request: '), cause),
      );
      await k.event('error');
      k.client.shift();
    },
    client: [
      ['cause', true, error('unable to verify the first certificate', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })],
    ],
  },
  looksUp('an answer that is no HTTP', { raw: 'hello\r\n\r\n' }, csds(NOT_HTTP, null, error(NOT_HTTP, PARSE_ERROR))),
  looksUp(
    'no answer within httpTimeout',
    { hang: true },
    csds('no answer within 60 ms', null, error('no answer within 60 ms', { code: 'ETIMEDOUT' })),
    { httpTimeout: '60' },
  ),
  {
    row: 'connect(cb) gets the same error as the listeners, after them',
    service: { csds: [{ status: 500, json: {} }] },
    async bot(k, agent) {
      await k.event('error');
      k.forget();
      const errors = [];
      agent.on('error', (one) => errors.push(one));
      k.call('connect', () =>
        agent.connect((...args) => {
          k.note('same', args.length, args[0] === errors[0]);
          k.cb('connect')(...args);
        }),
      );
      await k.called('connect');
    },
    client: [
      ['connect returns', undefined],
      ['error', csds('Internal Server Error', 500), { location: 'Connect#CSDS' }],
      ['same', 1, true],
      ['connect ←', csds('Internal Server Error', 500)],
    ],
    server: [LOOK_UP],
  },
  {
    row: 'an SDKError: name, own keys in order, JSON, inheritance; the body of the answer besides',
    service: { login: { status: 401, text: 'wrong password' } },
    async bot(k, agent) {
      agent.on('error', (one) => {
        k.note('error', one.name, Object.keys(one), Object.getOwnPropertyNames(one), one instanceof Error);
        k.note('JSON', JSON.stringify(one), String(one), one.body, 'stack' in one);
      });
      await k.event('error');
      k.client.splice(0, 2);
    },
    client: [
      ['error', 'Error', ['code', 'service', 'error'], ['stack', 'message', 'code', 'service', 'error'], true],
      [
        'JSON',
        '{"code":401,"service":"authentication.login","error":null}',
        'Error: Error on AgentVEP login: Unauthorized',
        'wrong password',
        true,
      ],
    ],
  },
  {
    row: 'refresh without a login: an error at once, and nothing is sent',
    conf: (k) => k.token(),
    connects: true,
    bot(k, agent) {
      k.call('refreshSession', () => agent.refreshSession(k.cb('refreshed')));
    },
    client: [
      [
        'error',
        sdkError(
          'CSRF and JAR are not defined for this agent. Please reconnect with bearer token.',
          null,
          'authentication.login',
        ),
        { location: 'RefreshSession#Precheck' },
      ],
      [
        'refreshed ←',
        sdkError(
          'CSRF and JAR are not defined for this agent. Please reconnect with bearer token.',
          null,
          'authentication.login',
        ),
      ],
      ['refreshSession returns', undefined],
    ],
    server: [],
  },
  {
    row: 'reconnect: no baseURIs in the answer',
    service: { csds: [undefined, { json: {} }, { text: 'x' }, { json: { baseURIs: [] } }] },
    conf: { stdTTL: 0.001 },
    connects: true,
    async bot(k, agent) {
      for (const n of [1, 2, 3]) {
        agent.reconnect();
        await k.event('error', n);
      }
      k.note('connected', agent.connected);
    },
    client: [
      ['error', sdkError('could not fetch domains on reconnect', null, 'domainNames'), { location: 'Reconnect#CSDS' }],
      ['error', sdkError('could not fetch domains on reconnect', null, 'domainNames'), { location: 'Reconnect#CSDS' }],
      success('Reconnect#CSDS'),
      ['error', NO_DOMAINS, { location: 'Reconnect#Relogin#WS' }],
      ['connected', true],
    ],
    server: [LOOK_UP, LOOK_UP, LOOK_UP],
  },
  {
    row: 'reconnect: look-up and login that fail have locations of their own',
    service: { csds: [undefined, { status: 500 }, undefined], login: [undefined, { status: 403 }] },
    conf: { stdTTL: 0.001 },
    connects: true,
    async bot(k, agent) {
      agent.reconnect();
      await k.event('error', 1);
      agent.reconnect();
      await k.event('error', 2);
    },
    client: [
      ['error', csds('Internal Server Error', 500), { location: 'Reconnect#CSDS' }],
      success('Reconnect#CSDS'),
      ['error', login('Forbidden', 403), { location: 'Reconnect#Relogin#WS' }],
    ],
  },
]);
