// Contract §3: from the constructor to the open socket, as long as all goes well.

import { NOW } from './support/show.mjs';
import { conforms } from './support/runner.mjs';
import { signedIn } from './support/service.mjs';
import { ARRIVES, CONNECTED, CONNECTS, LOGIN, LOOK_UP, omit, success, upgrade } from './support/usual.mjs';

const identity = ({ agentId, userId, __oldAgentId, connected, token, csrf }) => ({
  agentId,
  userId,
  __oldAgentId,
  connected,
  token,
  csrf,
});
const NOBODY = { agentId: undefined, userId: undefined, __oldAgentId: undefined };
const BEFORE = { ...NOBODY, connected: false, token: undefined, csrf: undefined };

conforms('connecting', [
  {
    row: 'the three steps with user and password, in order, from the constructor alone',
    bot: (k) => k.event('connected'),
    client: CONNECTS,
    server: ARRIVES,
  },
  {
    row: 'a ready token: no login, the same two successes, the token in the path as it is',
    conf: (k) => k.token(),
    bot: (k) => k.event('connected'),
    client: CONNECTS,
    server: [LOOK_UP, upgrade('ready')],
  },
  {
    row: 'nothing is emitted synchronously from the constructor, not even what is known',
    conf: null,
    async bot(k) {
      const known = k.agent();
      await k.event('connected');
      k.note('next');
      k.agent();
      k.note('made');
      await k.event('connected', 2);
      k.note('agent', known.connected);
    },
    client: [...CONNECTS, 'next', 'made', ...CONNECTS, ['agent', true]],
    server: [...ARRIVES, LOGIN, upgrade('bearer-2')],
  },
  {
    row: 'who the agent is: undefined until the login, then before its success; a ping at once',
    conf: null,
    async bot(k) {
      const agent = k.agent();
      k.note('at first', identity(agent));
      agent.on('success', ({ location }) => k.note(location, identity(agent)));
      agent.on('connected', () => k.note('open', identity(agent)));
      await k.event('connected');
      await k.arrived('ping');
    },
    client: [
      ['at first', BEFORE],
      success('Connect#CSDS'),
      ['Connect#CSDS', BEFORE],
      success('Connect#Login'),
      [
        'Connect#Login',
        {
          agentId: 'pid-2001',
          userId: '2001',
          __oldAgentId: '777.2001',
          connected: false,
          token: 'bearer-1',
          csrf: 'csrf-1',
        },
      ],
      CONNECTED,
      [
        'open',
        {
          agentId: 'pid-2001',
          userId: '2001',
          __oldAgentId: '777.2001',
          connected: true,
          token: 'bearer-1',
          csrf: 'csrf-1',
        },
      ],
    ],
  },
  {
    row: 'who the agent is with a ready token: userId of the options, no agentId, no agent.token',
    conf: (k) => k.token({ accountId: 777, userId: 2001 }),
    async bot(k, agent) {
      await k.event('connected');
      k.note('is', identity(agent), agent.jar, agent.getBearerToken());
    },
    client: [
      ...CONNECTS,
      [
        'is',
        {
          agentId: undefined,
          userId: 2001,
          __oldAgentId: '777.2001',
          connected: true,
          token: undefined,
          csrf: undefined,
        },
        undefined,
        'ready',
      ],
    ],
  },
  {
    row: 'a login without csrf: who the agent is, but neither token nor csrf nor jar on the agent',
    service: { login: signedIn(1, { csrf: undefined }) },
    async bot(k, agent) {
      await k.event('connected');
      k.note('is', identity(agent), agent.jar, agent.getBearerToken());
    },
    client: [
      ...CONNECTS,
      [
        'is',
        {
          agentId: 'pid-2001',
          userId: '2001',
          __oldAgentId: '777.2001',
          connected: true,
          token: undefined,
          csrf: undefined,
        },
        undefined,
        'bearer-1',
      ],
    ],
    server: ARRIVES,
  },
  {
    row: 'connect(cb): null as soon as the socket has been started, not when it is open',
    conf: null,
    service: { upgrade: { hang: true } },
    async bot(k) {
      const agent = k.agent(
        {},
        {
          Class: (Base) =>
            class extends Base {
              connect(cb) {
                if (this.isReady) return super.connect(cb);
              }
            },
        },
      );
      agent.isReady = true;
      k.call('connect', () => agent.connect(k.cb('connect')));
      await k.called('connect');
      k.note('connected', agent.connected);
      await k.arrived('upgrade');
    },
    client: [
      ['connect returns', undefined],
      success('Connect#CSDS'),
      success('Connect#Login'),
      ['connect ←', null],
      ['connected', false],
    ],
    server: ARRIVES,
  },
  {
    row: 'the constructor calls this.connect with a function, and a subclass may make it a no-op',
    conf: null,
    async bot(k) {
      k.agent(
        {},
        {
          Class: (Base) =>
            class extends Base {
              connect(...args) {
                k.note('connect', typeof this.conf, args);
              }
            },
        },
      );
      await k.nothingFor(50);
    },
    client: [['connect', 'object', [() => {}]]],
    server: [],
  },
  {
    row: 'a login calls this.startPeriodicRefreshSession() before its success',
    conf: (k) => k.conf({ refreshSessionToken: undefined }),
    Class: (Base) =>
      class extends Base {
        startPeriodicRefreshSession(...args) {
          this.emit('starts', ...args);
        }
      },
    bot: (k) => k.event('connected'),
    client: [success('Connect#CSDS'), ['starts'], success('Connect#Login'), CONNECTED],
  },
  {
    row: 'neither a ready token, nor refreshSessionToken: false, nor a login without csrf starts the refresh',
    conf: null,
    service: { login: signedIn(1, { csrf: '' }) },
    async bot(k) {
      const Class = (Base) =>
        class extends Base {
          startPeriodicRefreshSession() {
            this.emit('starts');
          }
        };
      k.agent(k.token({ refreshSessionToken: true }), { Class });
      await k.event('connected');
      k.agent({ refreshSessionToken: false }, { Class });
      await k.event('connected', 2);
      k.agent({ refreshSessionToken: undefined }, { Class });
      await k.event('connected', 3);
    },
    client: [...CONNECTS, ...CONNECTS, ...CONNECTS],
  },
  {
    row: 'a redirect is followed for the look-up, though not one that leads to plain http',
    service: {
      csds: (n) => (n === 0 ? { status: 302, headers: { location: '/elsewhere/baseURI.json?again=1' } } : undefined),
    },
    bot: (k) => k.event('connected'),
    client: CONNECTS,
    server: [LOOK_UP, 'GET /elsewhere/baseURI.json?again=1', LOGIN, upgrade('bearer-1')],
  },
  {
    row: 'an account id is escaped in the paths (letters beyond ASCII, spaces, slashes)',
    conf: (k) => k.conf({ accountId: 'é 1/2' }),
    async bot(k, agent) {
      await k.event('connected');
      k.note('is', agent.accountId, agent.__oldAgentId);
    },
    client: [...CONNECTS, ['is', 'é 1/2', 'é 1/2.2001']],
  },
  {
    row: 'a body is read as JSON whatever its content type; chunks make no difference',
    service: {
      csds: (n, { headers }) => ({
        headers: { 'content-type': 'text/html' },
        text: JSON.stringify({
          baseURIs: ['agentVep', 'facadeMsg'].map((service) => ({ service, baseURI: headers.host })),
        }),
      }),
      login: { chunks: ['{"csrf":"c","bea', 'rer":"b-1","config":{"us', 'erId":7,"userPid":"p"}}'] },
    },
    async bot(k, agent) {
      await k.event('connected');
      k.note('is', identity(agent));
    },
    client: [
      ...CONNECTS,
      ['is', { agentId: 'p', userId: 7, __oldAgentId: '777.7', connected: true, token: 'b-1', csrf: 'c' }],
    ],
    server: [LOOK_UP, LOGIN, upgrade('b-1')],
  },
  {
    row: 'of repeated fields the last counts, as JSON.parse has it; a bearer that is a number stays one',
    service: {
      csds: (n, { headers: { host } }) => ({
        text: `{"baseURIs":0,"baseURIs":[{"service":"x","baseURI":"y","service":"agentVep","baseURI":"${host}"},null,7,["agentVep"],{"service":"facadeMsg","baseURI":"${host}"}]}`,
      }),
      login: {
        text: '{"bearer":"no","config":{"userId":"no"},"csrf":"c","bearer":12,"config":{"userId":"x","userPid":null,"userId":9007199254740993}}',
      },
    },
    async bot(k, agent) {
      await k.event('connected');
      k.note('is', identity(agent), agent.getBearerToken());
    },
    client: [
      ...CONNECTS,
      [
        'is',
        {
          agentId: null,
          userId: 9007199254740992,
          __oldAgentId: '777.9007199254740992',
          connected: true,
          token: 12,
          csrf: 'c',
        },
        12,
      ],
    ],
    server: [LOOK_UP, LOGIN, upgrade('12')],
  },
  {
    row: 'what the three calls carry: headers of the look-up, the login, the refresh and the upgrade',
    conf: (k) => k.conf({ headers: { 'X-Mine': 'yes', Cookie: 'own=1' }, origin: 'https://bot.test' }),
    async bot(k, agent) {
      await k.event('connected');
      await agent.refreshSession();
      const named = (name) => {
        const rest = omit(
          k.service.calls(name)[0].headers,
          'host',
          'content-length',
          'sec-websocket-key',
          'connection',
        );
        if (rest['user-agent']) rest['user-agent'] = rest['user-agent'].replace(/\d.*/, 'VERSION');
        k.note(
          name,
          Object.fromEntries(
            Object.entries(rest)
              .filter(([header]) => header !== 'connection')
              .sort(),
          ),
        );
      };
      for (const step of ['csds', 'login', 'refresh', 'upgrade']) named(step);
    },
    client: [
      ...CONNECTS,
      success('RefreshSession#Precheck'),
      success('RefreshSession#CSDS'),
      success('RefreshSession#REST'),
      ['csds', { accept: 'application/json' }],
      [
        'login',
        { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'NodeAgentSDK/VERSION' },
      ],
      [
        'refresh',
        {
          accept: 'application/json',
          'content-type': 'application/json',
          cookie: 'session=cookie-1',
          'user-agent': 'NodeAgentSDK/VERSION',
        },
      ],
      [
        'upgrade',
        {
          cookie: 'own=1',
          origin: 'https://bot.test',
          'sec-websocket-version': '13',
          upgrade: 'websocket',
          'x-mine': 'yes',
        },
      ],
    ],
  },
  {
    row: 'connected carries {connected: true, ts: ms now}, and agent.connected is true by then',
    async bot(k, agent) {
      agent.once('connected', (...args) => k.note('heard', agent.connected, args.length));
      await k.event('connected');
    },
    client: [
      success('Connect#CSDS'),
      success('Connect#Login'),
      ['connected', { connected: true, ts: NOW }],
      ['heard', true, 1],
    ],
  },
  ...['+', '=', '~', '%2F', "!$&'()*,;:@", '-._'].map((token) => ({
    row: `the token goes into the path unchanged: ${token}`,
    conf: (k) => k.token({ token }),
    bot: (k) => k.event('connected'),
    client: CONNECTS,
    server: [LOOK_UP, upgrade(token)],
  })),
  ...[
    ['a b', 'a%20b'],
    ['a/b', 'a%2Fb'],
    ['a?b#c', 'a%3Fb%23c'],
    ['100%', '100%25'],
    ['é\ud83d\ude00', '%C3%A9%F0%9F%98%80'],
    ['"<>\\^`{|}[]', '%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D'],
    ['a\r\nb', 'a%0D%0Ab'],
    [42, '42'],
  ].map(([token, path]) => ({
    row: `what a path segment may not hold is percent-encoded: ${JSON.stringify(token)}`,
    conf: (k) => k.token({ token }),
    bot: (k) => k.event('connected'),
    client: CONNECTS,
    server: [LOOK_UP, upgrade(path)],
  })),
]);
