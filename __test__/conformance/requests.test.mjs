// Contract §4: the requests and their answers.

import { inspect, promisify } from 'node:util';
import { error } from './support/show.mjs';
import { conforms } from './support/runner.mjs';

const METHODS = {
  getClock: '.GetClock',
  agentRequestConversation: '.ams.cm.AgentRequestConversation',
  subscribeExConversations: '.ams.aam.SubscribeExConversations',
  unsubscribeExConversations: '.ams.aam.UnsubscribeExConversations',
  updateConversationField: '.ams.cm.UpdateConversationField',
  publishEvent: '.ams.ms.PublishEvent',
  updateRingState: '.ams.routing.UpdateRingState',
  subscribeRoutingTasks: '.ams.routing.SubscribeRoutingTasks',
  updateRoutingTaskSubscription: '.ams.routing.UpdateRoutingTaskSubscription',
  getUserProfile: '.ams.userprofile.GetUserProfile',
  setAgentState: '.ams.routing.SetAgentState',
  subscribeAgentsState: '.ams.routing.SubscribeAgentsState',
  subscribeMessagingEvents: '.ams.ms.QueryMessages',
  generateURLForDownloadFile: '.ams.ms.GenerateURLForDownloadFile',
  generateURLForUploadFile: '.ams.ms.GenerateURLForUploadFile',
  generateDownloadToken: '.ams.ms.token.GenerateDownloadToken',
};
const MESSAGING_ONLY = '"channelType":"MESSAGING"';

/** `type` and the JSON of a body as it arrives, with what stands behind it. */
const frame = (type, body, rest = '', n = 1) =>
  `FRAME {"kind":"req","id":"#${n}","type":"${type}","body":${body}${rest}}`;

/** One request whose frame is looked at; nobody answers it. */
const sends = (row, args, body, { method = 'publishEvent', rest = '', service, conf } = {}) => ({
  row: `${method}: ${row}`,
  service: { replies: { '*': null }, ...service },
  conf,
  connects: true,
  async bot(k, agent) {
    const before = inspect(args, { depth: 9 });
    agent[method](...(typeof args === 'function' ? args(k, agent) : args), () => {});
    k.note('untouched', inspect(args, { depth: 9 }) === before);
    await k.arrived('frame');
    k.client.shift();
  },
  client: [['untouched', true]],
  server: [frame(METHODS[method], body, rest)],
});

const added = (method, body, sent, row = JSON.stringify(body)) =>
  sends(row, [body], sent, { method, service: method.startsWith('subscribeM') ? {} : undefined });

/** The additions of a method to each kind of body. */
const additions = (method, text) => [
  ...[undefined, null, false, 0, '', 'text', 5].map((odd) =>
    added(method, odd, `{${text}}`, `a body of ${inspect(odd)}`),
  ),
  added(method, {}, `{${text}}`),
  added(method, Object.freeze({ b: 1, a: 2 }), `{"b":1,"a":2,${text}}`, 'a frozen body; additions come last'),
];

conforms('requests', [
  ...Object.entries(METHODS).map(([method, type]) => ({
    row: `${method}: the type on the wire; the tick of message:sent; answer event, then callback, with the body`,
    service: { replies: { '*': { type: 'T', body: { ok: [1] } } } },
    connects: true,
    async bot(k, agent) {
      k.call(method, () => agent[method]({}, k.cb('answer')));
      k.note('frame', k.client[0].includes(`"type":"${type}"`), k.client[0].startsWith('message:sent {"kind":"req"'));
      await k.called('answer');
      k.client.shift();
    },
    client: [
      [`${method} returns`, undefined],
      ['frame', true, true],
      ['T', { ok: [1] }, '#1'],
      ['answer ←', null, { ok: [1] }],
    ],
  })),
  {
    row: 'message:sent carries all seven keys, those not given being undefined',
    service: { replies: { '*': null } },
    connects: true,
    async bot(k, agent) {
      agent.publishEvent({ a: 1 }, k.cb('x'));
      agent.publishEvent(undefined, null, false, [], k.cb('x'));
      await k.arrived('frame', 2);
    },
    client: [
      [
        'message:sent',
        {
          kind: 'req',
          id: '#1',
          type: '.ams.ms.PublishEvent',
          body: { a: 1 },
          headers: undefined,
          metadata: undefined,
          encodedMetadata: undefined,
        },
      ],
      [
        'message:sent',
        {
          kind: 'req',
          id: '#2',
          type: '.ams.ms.PublishEvent',
          body: {},
          headers: null,
          metadata: false,
          encodedMetadata: [],
        },
      ],
    ],
    server: [
      frame('.ams.ms.PublishEvent', '{"a":1}'),
      frame('.ams.ms.PublishEvent', '{}', ',"headers":null,"metadata":false,"encodedMetadata":[]', 2),
    ],
  },
  {
    row: 'message:sent holds the caller’s own values, not their JSON, and a missing agentIds as a key',
    service: { replies: { '*': null } },
    connects: true,
    async bot(k, agent) {
      const date = new Date(0);
      agent.once('message:sent', ({ body }) => k.note('own', body.when === date, typeof body.call, 'agentIds' in body));
      agent.subscribeExConversations({ when: date, call: () => {}, agentIds: null }, () => {});
      await k.arrived('frame');
      k.client.shift();
    },
    client: [['own', true, 'function', true]],
    server: [frame('.ams.aam.SubscribeExConversations', '{"when":"1970-01-01T00:00:00.000Z"}')],
  },
  {
    row: 'the callback second, third, fourth and fifth; what follows it is dropped',
    service: { replies: { '*': null } },
    connects: true,
    async bot(k, agent) {
      const cb = () => {};
      agent.publishEvent({}, cb, [{ m: 1 }], 'x');
      agent.publishEvent({}, 'h', cb, 'm');
      agent.publishEvent({}, 'h', 'm', cb, 'e');
      agent.publishEvent({}, 'h', 'm', 'e', cb);
      agent.publishEvent({}, 'h', 'm', 'e');
      await k.arrived('frame', 5);
      k.client.length = 0;
    },
    client: [],
    server: [
      '',
      ',"headers":"h"',
      ',"headers":"h","metadata":"m"',
      ...Array(2).fill(',"headers":"h","metadata":"m","encodedMetadata":"e"'),
    ].map((rest, i) => frame('.ams.ms.PublishEvent', '{}', rest, i + 1)),
  },
  ...[undefined, null, false, 0, NaN, '', 0n].map((body) =>
    sends(`a body of ${inspect(body)} is sent as {}`, [body], '{}'),
  ),
  sends('a body may be anything else that JSON knows', ['text'], '"text"', { method: 'getUserProfile' }),
  sends('a list', [[1, { b: [] }]], '[1,{"b":[]}]'),
  sends('true, and headers that are true', [true, true], 'true', { rest: ',"headers":true' }),
  sends(
    'JSON is what JSON.stringify makes: toJSON, dates, undefined, functions, NaN, -0, 2^53 + 1, order of keys',
    [
      {
        b: 1,
        2: 'two',
        a: { toJSON: () => ({ j: 1 }) },
        1: 'one',
        date: new Date(5),
        none: undefined,
        call: () => {},
        list: [undefined, () => {}, NaN, -0],
        big: 2 ** 53 + 1,
        huge: Infinity,
        most: 1e24,
      },
    ],
    '{"1":"one","2":"two","b":1,"a":{"j":1},"date":"1970-01-01T00:00:00.005Z","list":[null,null,null,0],"big":9007199254740992,"huge":null,"most":1e+24}',
  ),
  sends(
    'lone surrogates, line separators, NUL',
    [{ t: '\ud83d \u2028 \0 é \ud83d\ude00' }],
    '{"t":"\\ud83d \u2028 \\u0000 é \ud83d\ude00"}',
  ),
  sends('a key called __proto__', [JSON.parse('{"__proto__":{"a":1}}')], '{"__proto__":{"a":1}}'),

  ...additions('agentRequestConversation', MESSAGING_ONLY),
  ...additions('subscribeRoutingTasks', `${MESSAGING_ONLY},"agentId":"777.2001","brandId":"777"`),
  ...additions('setAgentState', '"channels":["MESSAGING"],"agentUserId":"777.2001"'),
  ...additions('subscribeAgentsState', '"brandId":"777","agentId":"777.2001"'),
  ...additions('subscribeMessagingEvents', '"newerThanSequence":0'),
  added('agentRequestConversation', { channelType: 'COBROWSE', z: 1 }, '{"channelType":"MESSAGING","z":1}'),
  added(
    'subscribeRoutingTasks',
    { brandId: 'x', z: 1, agentId: null },
    `{"brandId":"777","z":1,"agentId":"777.2001",${MESSAGING_ONLY}}`,
  ),
  added('setAgentState', { agentUserId: 'x', channels: [] }, '{"agentUserId":"777.2001","channels":["MESSAGING"]}'),
  added('subscribeAgentsState', { agentId: 1 }, '{"agentId":"777.2001","brandId":"777"}'),
  sends('accountId as a number, as the bot gave it', [{}], '{"brandId":777,"agentId":"777.2001"}', {
    method: 'subscribeAgentsState',
    conf: { accountId: 777 },
  }),
  sends(
    'with a ready token and no userId: what is undefined is in no frame',
    [{}],
    `{${MESSAGING_ONLY},"agentId":"777.undefined","brandId":"777"}`,
    {
      method: 'subscribeRoutingTasks',
      conf: (k) => k.token({ userId: undefined }),
    },
  ),
  ...[
    [5, 5],
    ['7', '"7"'],
    [1e24, '1e+24'],
    [null, 0],
    ['', 0],
    [NaN, 0],
    [[3], '[3]'],
  ].map(([fromSeq, sequence]) =>
    sends(
      `fromSeq ${inspect(fromSeq)}`,
      [{ fromSeq, dialogId: 'd' }],
      `{"fromSeq":${JSON.stringify(fromSeq)},"dialogId":"d","newerThanSequence":${sequence}}`,
      {
        method: 'subscribeMessagingEvents',
      },
    ),
  ),
  ...[
    [
      'the entry equal to agent.agentId',
      ['pid-2001', 'x', 'pid-2001', '777.2001'],
      '["777.2001","x","777.2001","777.2001"]',
    ],
    ['an empty list stays', [], '[]'],
    ['odd entries stay', [null, 1, {}], '[null,1,{}]'],
  ].map(([row, agentIds, sent]) =>
    sends(row, [{ agentIds, convState: ['OPEN'] }], `{"agentIds":${sent},"convState":["OPEN"]}`, {
      method: 'subscribeExConversations',
    }),
  ),
  ...[undefined, null, false, 0, ''].map((agentIds) =>
    sends(`agentIds ${inspect(agentIds)} is not sent`, [{ agentIds, z: 1 }], '{"z":1}', {
      method: 'subscribeExConversations',
    }),
  ),
  ...[undefined, null, 'text', Object.freeze({})].map((body) =>
    sends(`a body of ${inspect(body)}`, [body], '{}', { method: 'subscribeExConversations' }),
  ),
  sends(
    'with a ready token there is no agentId to replace',
    [{ agentIds: ['x', undefined] }],
    '{"agentIds":["x",null]}',
    {
      method: 'unsubscribeExConversations',
      conf: (k) => k.token(),
    },
  ),
  sends(
    'ParticipantsChange without a userId gets the agent’s own, last or in its place',
    [
      {
        conversationId: 'c',
        conversationField: [
          { field: 'ParticipantsChange', type: 'ADD', role: 'MANAGER' },
          { userId: '', field: 'ParticipantsChange' },
          { field: 'ParticipantsChange', userId: 'other' },
          { field: 'Skill', type: 'UPDATE' },
          null,
        ],
      },
    ],
    '{"conversationId":"c","conversationField":[{"field":"ParticipantsChange","type":"ADD","role":"MANAGER","userId":"777.2001"},{"userId":"777.2001","field":"ParticipantsChange"},{"field":"ParticipantsChange","userId":"other"},{"field":"Skill","type":"UPDATE"},null]}',
    { method: 'updateConversationField' },
  ),
  ...[undefined, null, 'text'].map((body) =>
    sends(`a body of ${inspect(body)}`, [body], '{}', { method: 'updateConversationField' }),
  ),

  {
    row: 'methods: own, enumerable, bound, five parameters; the others stand on the prototype',
    connects: true,
    bot(k, agent) {
      for (const method of Object.keys(METHODS)) {
        const { value, ...rest } = Object.getOwnPropertyDescriptor(agent, method);
        const fine = rest.enumerable && rest.writable && rest.configurable && value.length === 5;
        if (!fine || typeof k.Agent.prototype[method] !== 'function') k.note(method, rest, value.length);
      }
      const others = [
        'connect',
        'reconnect',
        'refreshSession',
        'startPeriodicRefreshSession',
        'getBearerToken',
        'dispose',
      ];
      k.note(
        'lengths',
        ...others.map((name) => agent[name].length),
        Object.keys(agent).filter((name) => others.includes(name)),
      );
    },
    client: [['lengths', 1, 1, 1, 0, 0, 0, []]],
  },
  {
    row: 'methods: unbound, promisified, called by name, of one agent for another, stubbed',
    service: { replies: { '*': { type: 'T', body: 'b' } } },
    connects: true,
    async bot(k, agent) {
      const { getClock, publishEvent } = agent;
      getClock({}, k.cb('unbound'));
      getClock.call({ other: true }, {}, k.cb('called'));
      await k.settles('promisified', promisify(publishEvent)({}));
      await k.called('called');
      agent.getClock = k.cb('stub');
      agent.getClock(1);
      k.client = k.client.filter((line) => !/^(message:sent|T) /.test(line));
    },
    client: [
      ['unbound ←', null, 'b'],
      ['called ←', null, 'b'],
      ['promisified resolves', 'b'],
      ['stub ←', 1],
    ],
  },
  {
    row: 'a body JSON cannot express: the same TypeError to the caller, nothing sent, nothing pending',
    connects: true,
    async bot(k, agent) {
      const circle = {};
      circle.self = circle;
      k.call('circle', () => agent.publishEvent(circle, (...args) => k.note('called', ...args)));
      k.client[0] = k.client[0].slice(0, 54);
      k.call('bigint', () => agent.setAgentState({ n: 1n }, () => {}));
      await k.settles('promise', agent.getClock({ n: 1n }));
    },
    client: [
      'circle throws TypeError("Converting circular structure',
      ['bigint throws', error('Do not know how to serialize a BigInt', {}, 'TypeError')],
      ['promise rejects', error('Do not know how to serialize a BigInt', {}, 'TypeError')],
    ],
    server: [],
  },
  {
    row: 'ids are uuids v4, each used once',
    service: { replies: { '*': null } },
    connects: true,
    async bot(k, agent) {
      for (let n = 0; n < 200; n++) agent.getClock({}, () => {});
      await k.arrived('frame', 200);
      const ids = k.service.calls('frame').map(({ text }) => JSON.parse(text).id);
      const v4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
      k.client.length = 0;
      k.note(
        'unlike',
        new Set(ids).size,
        ids.every((id) => v4.test(id)),
      );
    },
    client: [['unlike', 200, true]],
  },
]);
