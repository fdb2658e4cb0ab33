// Contract §5: conversations, their participants and dialogs.

import { conforms } from './support/runner.mjs';
import { arrives, becomes, changes, fails, notification, push, TYPES, wire } from './support/pushes.mjs';
import { transformError } from './support/show.mjs';

/** A conversation as the service sends it. */
const conversation = (details = {}, result = {}) => ({
  type: 'UPSERT',
  result: {
    convId: 'c',
    effectiveTTR: 1,
    conversationDetails: {
      skillId: '4',
      participants: { ASSIGNED_AGENT: ['777.2001'], CONSUMER: ['consumer'] },
      participantsPId: { CONSUMER: ['p-consumer'], ASSIGNED_AGENT: ['pid-2001'] },
      dialogs: [],
      ...details,
    },
    ...result,
  },
});
const plain = {
  skillId: '4',
  participants: [
    { id: 'p-consumer', role: 'CONSUMER' },
    { id: 'pid-2001', role: 'ASSIGNED_AGENT' },
  ],
  dialogs: [],
};
const mine = (role) => ({ __myRole: role, getMyRole: () => role });
const seen = (details, result = {}) => ({
  type: 'UPSERT',
  result: { convId: 'c', effectiveTTR: 1, conversationDetails: details, ...result },
});

const dialog = (participantsDetails, more = {}) => ({
  dialogId: 'd',
  channelType: 'MESSAGING',
  ...more,
  participantsDetails,
});
const dialogs = (row, lists, given, wanted, warnings = []) =>
  push(row, notification(TYPES.conversation[0], changes(conversation({ ...lists, dialogs: given }))), [
    ...warnings.map((message) => ['warn', { message }]),
    ...arrives(
      TYPES.conversation[1],
      changes(
        seen({
          skillId: '4',
          participants: Object.keys(lists.participantsPId).flatMap((role) =>
            lists.participantsPId[role].map((id) => ({ id, role })),
          ),
          dialogs: wanted,
          getMyRole: () => undefined,
        }),
      ),
    ),
  ]);
const ONE = { participants: { AGENT: ['777.5'] }, participantsPId: { AGENT: ['p-5'] } };
const TWO = { participants: { MANAGER: ['777.6', '777.7'] }, participantsPId: { MANAGER: ['p-6', 'p-7'] } };

conforms('conversations', [
  // ---- conversations
  becomes(
    'conversation: the fields that go, those that stay, the list of participants in the order of participantsPId',
    'conversation',
    changes(
      conversation(
        { convId: 'c', note: 'n', groupId: 'g', csatRate: 5, startTs: 1 },
        { lastUpdateTime: 1, numberOfunreadMessages: { a: 1 }, extra: true },
      ),
    ),
    changes(seen({ ...plain, startTs: 1, ...mine('ASSIGNED_AGENT') }, { extra: true })),
  ),
  becomes(
    'conversation: a change that is null or has no result passes as it is',
    'conversation',
    changes(null, { type: 'DELETE' }, { type: 'x', result: null }, { result: 0 }),
    changes(null, { type: 'DELETE' }, { type: 'x', result: null }, { result: 0 }),
  ),
  becomes('conversation: no changes', 'conversation', changes(), changes()),
  becomes(
    '__myRole: the last role, in key order, that lists me; other texts stay as they are',
    'conversation',
    changes(
      conversation({
        participants: { MANAGER: ['777.2001'], ASSIGNED_AGENT: ['x', '777.2001'], READER: [] },
        participantsPId: {},
      }),
    ),
    changes(seen({ skillId: '4', participants: [], dialogs: [], ...mine('ASSIGNED_AGENT') })),
  ),
  becomes(
    '__myRole: absent where none lists me, and getMyRole() gives undefined',
    'conversation',
    changes(conversation({ participants: { ASSIGNED_AGENT: ['2001', 777.2001] }, participantsPId: { A: [1, null] } })),
    changes(
      seen({
        skillId: '4',
        participants: [
          { id: 1, role: 'A' },
          { id: null, role: 'A' },
        ],
        dialogs: [],
        getMyRole: () => undefined,
      }),
    ),
  ),
  push(
    'roles called constructor, toString and __proto__ are roles',
    `{"kind":"notification","type":"${TYPES.conversation[0]}","body":{"changes":[{"result":{"convId":"c","conversationDetails":{"participants":{"toString":["777.2001"],"__proto__":["x"]},"participantsPId":{"constructor":["1"],"__proto__":["2"]},"dialogs":[{"participantsDetails":[{"id":"x","role":"__proto__"},{"id":"y","role":"hasOwnProperty"}]}]}}}]}}`,
    [
      ['warn', { message: 'invalid participant on conversation c - {"id":"y","role":"hasOwnProperty"}' }],
      ...arrives(TYPES.conversation[1], {
        changes: [
          {
            result: {
              convId: 'c',
              conversationDetails: {
                participants: [
                  { id: '1', role: 'constructor' },
                  { id: '2', role: '__proto__' },
                ],
                dialogs: [
                  {
                    participantsDetails: [
                      { id: '2', role: '__proto__' },
                      { id: 'y', role: 'hasOwnProperty' },
                    ],
                  },
                ],
                ...mine('toString'),
              },
            },
          },
        ],
      }),
    ],
  ),
  {
    row: 'getMyRole: an own function without parameters that reads __myRole when called, detached',
    connects: true,
    async bot(k, agent) {
      agent.on(TYPES.conversation[1], ({ changes: [{ result }] }) => {
        const { conversationDetails: details } = result;
        const { getMyRole } = details;
        k.note('role', Object.hasOwn(details, 'getMyRole'), getMyRole.length, getMyRole());
        details.__myRole = 'BOSS';
        k.note('role', getMyRole(), 'getMyRole' in wire(details));
      });
      k.service.push(notification(TYPES.conversation[0], changes(conversation())));
      await k.event('notification');
      k.client = k.client.filter((line) => line.startsWith('role'));
    },
    client: [
      ['role', true, 0, 'ASSIGNED_AGENT'],
      ['role', 'BOSS', false],
    ],
  },
  ...[undefined, null, ''].map((channelType) =>
    dialogs(
      `dialogs: a channelType of ${JSON.stringify(channelType)} passes for MESSAGING`,
      ONE,
      [dialog([{ id: '777.5', role: 'AGENT' }], { channelType })],
      [wire(dialog([{ id: 'p-5', role: 'AGENT' }], { channelType }))],
    ),
  ),
  dialogs(
    'dialogs: COBROWSE is skipped, whatever is in it',
    ONE,
    [
      { channelType: 'COBROWSE' },
      dialog(5, { channelType: 'COBROWSE' }),
      dialog([{ id: '777.5', role: 'AGENT' }], { channelType: 'COBROWSE' }),
    ],
    [
      { channelType: 'COBROWSE' },
      dialog(5, { channelType: 'COBROWSE' }),
      dialog([{ id: '777.5', role: 'AGENT' }], { channelType: 'COBROWSE' }),
    ],
  ),
  dialogs(
    'dialogs: any other channelType warns and goes on',
    ONE,
    [dialog([{ id: '777.5', role: 'AGENT' }], { channelType: 'SMS' }), dialog([], { channelType: 7 })],
    [dialog([{ id: 'p-5', role: 'AGENT' }], { channelType: 'SMS' }), dialog([], { channelType: 7 })],
    ['Unknown channelType: SMS', 'Unknown channelType: 7'],
  ),
  ...[undefined, null, 0, ''].map((missing) =>
    dialogs(
      `dialogs: participantsDetails ${JSON.stringify(missing)} warns with the JSON of the dialog`,
      ONE,
      [dialog(missing)],
      [wire(dialog(missing))],
      [`Invalid dialog information, participantsDetails is missing ${JSON.stringify(dialog(missing))}`],
    ),
  ),
  dialogs(
    'dialogs: the old id looked up in participants gives the index into participantsPId',
    TWO,
    [
      dialog([
        { id: '777.7', role: 'MANAGER', state: 'ACTIVE' },
        { id: '777.6', role: 'MANAGER' },
      ]),
    ],
    [
      dialog([
        { id: 'p-7', role: 'MANAGER', state: 'ACTIVE' },
        { id: 'p-6', role: 'MANAGER' },
      ]),
    ],
  ),
  dialogs(
    'dialogs: by position where that fails, and left alone where there is none',
    TWO,
    [dialog([{ id: 'a', role: 'MANAGER' }, { role: 'MANAGER' }, { id: 'c', role: 'MANAGER' }])],
    [
      dialog([
        { id: 'p-6', role: 'MANAGER' },
        { role: 'MANAGER', id: 'p-7' },
        { id: 'c', role: 'MANAGER' },
      ]),
    ],
  ),
  dialogs(
    'dialogs: a role absent from participantsPId: SUGGESTED is passed over, else a warning',
    ONE,
    [
      dialog([
        { id: 's', role: 'SUGGESTED_AGENT', state: 'SUGGESTED' },
        { id: 'x', role: 'READER', state: 'ACTIVE' },
        { id: 'n' },
      ]),
    ],
    [
      dialog([
        { id: 's', role: 'SUGGESTED_AGENT', state: 'SUGGESTED' },
        { id: 'x', role: 'READER', state: 'ACTIVE' },
        { id: 'n' },
      ]),
    ],
    [
      'invalid participant on conversation c - {"id":"x","role":"READER","state":"ACTIVE"}',
      'invalid participant on conversation c - {"id":"n"}',
    ],
  ),
  fails(
    'conversation without participantsPId',
    'conversation',
    changes(conversation({ participantsPId: undefined })),
    'Error: participantsPId key property is missing on notification for convId c',
  ),
  fails(
    'conversation without participantsPId and convId',
    'conversation',
    changes(conversation({ participantsPId: null }, { convId: undefined })),
    'Error: participantsPId key property is missing on notification for convId undefined',
  ),
  ...[null, undefined, 'text', 5, { changes: null }, { changes: 'x' }, { changes: {} }].map((body) =>
    fails(`conversation body ${JSON.stringify(body)}`, 'conversation', body),
  ),
  ...[
    ['result a text', { result: 'x' }],
    ['no conversationDetails', conversation({}, { conversationDetails: null })],
    ['participants missing', conversation({ participants: undefined })],
    ['participants of a role no list', conversation({ participants: { A: null } })],
    ['participantsPId of a role no list', conversation({ participantsPId: { A: 5 } })],
    ['dialogs missing', conversation({ dialogs: undefined })],
    ['dialogs no list', conversation({ dialogs: {} })],
    ['a dialog null', conversation({ dialogs: [null] })],
    ['a participant null', conversation({ dialogs: [dialog([null])] })],
    ['participantsDetails no list', conversation({ dialogs: [dialog({ a: 1 })] })],
  ].map(([row, change]) => fails(`conversation, ${row}`, 'conversation', changes(change))),
  push(
    'one unreadable conversation gives its error, as received; the others are delivered',
    notification(
      TYPES.conversation[0],
      changes(conversation(), conversation({ participantsPId: 0 }, { convId: 'bad' }), null),
    ),
    [
      [
        'error',
        transformError(
          'Error: participantsPId key property is missing on notification for convId bad',
          notification(
            TYPES.conversation[0],
            changes(conversation(), conversation({ participantsPId: 0 }, { convId: 'bad' }), null),
          ),
        ),
      ],
      ...arrives(TYPES.conversation[1], changes(seen({ ...plain, ...mine('ASSIGNED_AGENT') }), null)),
    ],
  ),
]);
