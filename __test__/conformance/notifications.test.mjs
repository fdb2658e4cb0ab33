// Contract §5: what arrives, and the transforms of messages and routing.

import { conforms } from './support/runner.mjs';
import { arrives, becomes, changes, fails, notification, push, TYPES } from './support/pushes.mjs';

const event = (more = {}) => ({
  sequence: 1,
  originatorId: '777.2001',
  originatorPId: 'pid-2001',
  dialogId: 'd',
  ...more,
});
const heard = (isMine, more = {}) => ({
  sequence: 1,
  originatorId: 'pid-2001',
  dialogId: 'd',
  ...more,
  __isMe: isMine,
  isMe: () => isMine,
});

conforms('notifications', [
  push(
    'text or binary, fragments: parsed as JSON alike',
    [
      notification('a', { n: 1 }),
      { binary: JSON.stringify(notification('b', { n: 2 })) },
      { parts: ['{"kind":"notifi', 'cation","type":"c"', ',"body":{"n":3}}'] },
    ],
    [...arrives('a', { n: 1 }), ...arrives('b', { n: 2 }), ...arrives('c', { n: 3 })],
  ),
  push(
    'anything else is dropped silently',
    [
      'hello',
      '',
      'null',
      '5',
      '"x"',
      '[]',
      '[{"kind":"notification","type":"a"}]',
      '["notification","type","body"]',
      '{"kind":"req","type":"a","body":{}}',
      '{"kind":"Notification","type":"a"}',
      '{"kind":["notification"],"type":"a"}',
      '{"kind":null}',
      '{"type":"a","body":1}',
      '{"kind":"notification","type":"a"',
      '{"kind":"notification","type":"a"} x',
      '\ufeff{"kind":"notification","type":"a"}',
      "{'kind':'notification'}",
      '{"kind":"notification","type":"a",}',
      '{"kind":"notification","type":"a","body":01}',
      '{"kind":"notification","type":"a","body":NaN}',
      '{"kind":"notification","type":"a","body":"\u0007"}',
      '{"kind":"notification","type":"a","body":"\\x41"}',
    ],
    [],
  ),
  push(
    'white space around it, escapes in kind and type, keys in any order',
    [' \r\n\t{"body":1,"type":"a","kind":"notification"} ', '{"\\u006bind":"n\\u006ftification","type":"\\u0062"}'],
    [
      ['a', 1],
      ['notification', { body: 1, type: 'a', kind: 'notification' }],
      ['b', undefined],
      ['notification', { kind: 'notification', type: 'b' }],
    ],
  ),
  push(
    'what JSON.parse gives: duplicate keys, __proto__, numbers as keys, 2^53 + 1, 1e400, lone surrogates, -0',
    '{"kind":"x","kind":"notification","type":"a","body":{"b":1,"2":2,"1":1,"b":3,"big":9007199254740993,"huge":1e400,"lone":"\\ud83d","zero":-0,"tiny":1e-400}}',
    arrives('a', { 1: 1, 2: 2, b: 3, big: 9007199254740992, huge: Infinity, lone: '\ud83d', zero: -0, tiny: 0 }),
  ),
  {
    row: 'a key called __proto__ is a key, and the prototype is that of any object',
    connects: true,
    async bot(k, agent) {
      agent.on('a', (body) => {
        const isPlain = Object.getPrototypeOf(body) === Object.prototype && Object.isExtensible(body);
        k.note('body', Object.keys(body), isPlain, {}.polluted);
      });
      k.service.push('{"kind":"notification","type":"a","body":{"__proto__":{"polluted":1},"constructor":1}}');
      await k.event('notification');
      k.client = k.client.filter((line) => line.startsWith('body'));
    },
    client: [['body', ['__proto__', 'constructor'], true, undefined]],
  },
  push('the fields beside kind, type and body stay', { kind: 'notification', z: 1, type: 'a', a: [] }, [
    ['a', undefined],
    ['notification', { kind: 'notification', z: 1, type: 'a', a: [] }],
  ]),
  ...[undefined, null, '', 0, false].map((type) =>
    push(`a type of ${JSON.stringify(type)} makes no typed event`, { kind: 'notification', type, body: 1 }, [
      [
        'notification',
        type === undefined ? { kind: 'notification', body: 1 } : { kind: 'notification', type, body: 1 },
      ],
    ]),
  ),
  ...[
    [7, '7'],
    [true, 'true'],
    [['a', 'b'], 'a,b'],
    [{}, '[object Object]'],
  ].map(([type, name]) =>
    push(`a type of ${JSON.stringify(type)} is taken as it is`, notification(type, 1), [
      [name, 1],
      ['notification', notification(type, 1)],
    ]),
  ),
  ...[
    'error',
    'connected',
    'closed',
    'success',
    'warn',
    'message:sent',
    'notification',
    'newListener',
    'removeListener',
    ...['__proto__', 'toString', 'constructor', 'hasOwnProperty', 'valueOf'],
  ].map((type) =>
    push(`a type called ${type} reaches notification alone`, notification(type, { code: 1006 }), [
      ['notification', notification(type, { code: 1006 })],
    ]),
  ),
  {
    row: 'the typed event and notification share one body, plain and extensible; this is the agent',
    connects: true,
    async bot(k, agent) {
      agent.on('a', function (body) {
        body.mine = this === agent;
        body.list.reverse();
      });
      k.service.push(notification('a', { list: [1, 2] }));
      await k.event('notification');
      k.client.shift();
      agent.on('notification', () => {});
    },
    client: [['notification', notification('a', { list: [2, 1], mine: true })]],
  },

  // ---- routing
  becomes(
    'routing task: what goes, per change and per ring',
    'task',
    changes({
      type: 'UPSERT',
      result: {
        taskType: 'T',
        routingTaskId: 1,
        assignedAgentId: 2,
        brandId: 3,
        ringsDetails: [
          { ringId: 'r', brandId: 1, convId: 2, consumerId: 3, skillId: 4, ringState: 'WAITING' },
          { a: 1 },
        ],
      },
    }),
    changes({
      type: 'UPSERT',
      result: { taskType: 'T', ringsDetails: [{ ringId: 'r', ringState: 'WAITING' }, { a: 1 }] },
    }),
  ),
  ...[
    null,
    {},
    { changes: 5 },
    changes(null),
    changes({}),
    changes({ result: null }),
    changes({ result: {} }),
    changes({ result: { ringsDetails: {} } }),
    changes({ result: { ringsDetails: [null] } }),
  ].map((body) => fails(`routing task ${JSON.stringify(body)}`, 'task', body)),
  becomes(
    'agent state: without agentUserId',
    'state',
    changes({ type: 'UPSERT', result: { a: 1, agentUserId: 'x', z: 2 } }),
    changes({ type: 'UPSERT', result: { a: 1, z: 2 } }),
  ),
  ...[undefined, {}, changes(null), changes({}), changes({ result: 5 })].map((body) =>
    fails(`agent state ${JSON.stringify(body)}`, 'state', body),
  ),
  push('RingUpdated: deprecated, without a body', notification('.ams.routing.RingUpdated', { a: 1 }), [
    ['deprecated', undefined],
    ['notification', { kind: 'notification', type: 'deprecated' }],
  ]),

  // ---- messages
  ...[
    ['mine', event(), true],
    ['somebody else’s', event({ originatorId: 'consumer' }), false],

    ['a number', event({ originatorId: 777.2001 }), false],
  ].map(([row, one, isMine]) => becomes(`event: ${row}`, 'event', one, { dialogId: 'd', changes: [heard(isMine)] })),
  {
    row: 'isMe: an own function without parameters that reads __isMe when called, detached',
    connects: true,
    async bot(k, agent) {
      agent.on(TYPES.event[1], ({ changes: [one] }) => {
        const { isMe } = one;
        k.note('me', Object.hasOwn(one, 'isMe'), isMe.length, isMe());
        one.__isMe = 'perhaps';
        k.note('me', isMe());
      });
      k.service.push(notification(TYPES.event[0], event()));
      await k.event('notification');
      k.client = k.client.filter((line) => line.startsWith('me '));
    },
    client: [
      ['me', true, 0, true],
      ['me', 'perhaps'],
    ],
  },
  {
    row: 'event: originatorId becomes originatorPId, also where there is none',
    connects: true,
    async bot(k, agent) {
      agent.on(TYPES.event[1], ({ changes: [one] }) => k.note('ids', one.originatorId, 'originatorPId' in one));
      k.service.push(notification(TYPES.event[0], event({ originatorPId: undefined })));
      await k.event('notification');
      k.client = k.client.filter((line) => line.startsWith('ids'));
    },
    client: [['ids', undefined, false]],
  },
  ...[null, undefined, 'x', 5].map((body) => fails(`event ${JSON.stringify(body)}`, 'event', body)),
]);
