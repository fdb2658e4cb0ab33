// Contract §5: the two answers that are transformed, and what happens where that fails.

import { conforms } from './support/runner.mjs';
import { wire } from './support/pushes.mjs';
import { transformError } from './support/show.mjs';

const HISTORY = '.ams.ms.QueryMessages$Response';
const PROFILE = '.ams.userprofile.GetUserProfile$Response';
const EVENT = 'ms.MessagingEventNotification';

const event = (n, mine) => ({
  sequence: n,
  originatorId: mine ? '777.2001' : 'consumer',
  originatorPId: mine ? 'pid-2001' : 'consumer',
  dialogId: `d${n}`,
});
const heard = (n, mine) => ({
  sequence: n,
  originatorId: mine ? 'pid-2001' : 'consumer',
  dialogId: `d${n}`,
  __isMe: mine,
  isMe: () => mine,
});

/** The answer to one request, and all that comes of it after message:sent. */
const answers = (row, method, answer, client) => ({
  row,
  service: { replies: { '*': answer } },
  connects: true,
  async bot(k, agent) {
    agent[method]({}, k.cb('answer'));
    await k.called('answer');
    k.client.shift();
    k.client = k.client.map((line) => line.replace(/TransformError\("TypeError: [^"]*"\)/, 'TransformError("…")'));
  },
  client,
});

const history = (row, body, client) =>
  answers(`history: ${row}`, 'subscribeMessagingEvents', { type: HISTORY, body }, client);
const profile = (row, body, sdes) =>
  answers(`profile: ${row}`, 'getUserProfile', { type: PROFILE, body }, [
    [PROFILE, sdes, '#1'],
    ['answer ←', null, sdes],
  ]);

/** Told to the listeners and to the callback, at once; the payload is the message as received. */
const failsOn = (type, method, body) => {
  const failure = transformError('…', wire({ kind: 'resp', reqId: '#1', code: 200, type, body }));
  return answers(`an answer that cannot be read: ${type} ${JSON.stringify(body)}`, method, { type, body }, [
    ['error', failure],
    ['answer ←', failure],
  ]);
};

conforms('history and profile', [
  history(
    'a non-empty list is first emitted as a notification; the answer is without a body',
    [event(1, true), event(2, false)],
    [
      [EVENT, { dialogId: 'd1', changes: [heard(1, true), heard(2, false)] }],
      [
        'notification',
        { kind: 'notification', type: EVENT, body: { dialogId: 'd1', changes: [heard(1, true), heard(2, false)] } },
      ],
      ['GenericSubscribeResponse', undefined, '#1'],
      ['answer ←', null, undefined],
    ],
  ),
  history(
    'an empty list is no notification',
    [],
    [
      ['GenericSubscribeResponse', undefined, '#1'],
      ['answer ←', null, undefined],
    ],
  ),
  ...[undefined, null, {}, 'x', [null], [event(1, true), 5]].map((body) =>
    failsOn(HISTORY, 'subscribeMessagingEvents', body),
  ),
  answers(
    'history: a refusal of another type stays as it is',
    'subscribeMessagingEvents',
    { type: '.StringResp', code: 400, body: 'no' },
    [
      ['.StringResp', 'no', '#1'],
      ['answer ←', { kind: 'resp', reqId: '#1', code: 400, type: '.StringResp', body: 'no' }, 'no'],
    ],
  ),
  profile(
    'all of it, in order; fields of ours take the place of those of the SDE',
    {
      acr: 'loa1',
      firstName: 'Ada',
      lastName: 'Byron',
      privateData: { mobileNum: '555', email: 'a@b', userId: 'u' },
      claims: { iss: 'https://i', lp_sdes: [{ type: 'lead', acr: 'old' }, { type: 'x' }] },
      authenticatedData: { lp_sdes: [{ type: 'cart', auth: 1 }] },
    },
    [
      { type: 'lead', acr: 'loa1', iss: 'https://i' },
      { type: 'x', acr: 'loa1', iss: 'https://i' },
      { type: 'cart', auth: {} },
      { type: 'ctmrinfo', info: { imei: '555', customerId: 'u' } },
      {
        type: 'personal',
        personal: { firstname: 'Ada', lastname: 'Byron', contacts: [{ email: 'a@b', phone: '555' }] },
      },
    ],
  ),
  profile('nothing in it', {}, []),
  profile(
    'nulls and empty texts are nothing',
    { firstName: '', lastName: null, privateData: null, claims: null, authenticatedData: 0 },
    [],
  ),
  profile('only a first name', { firstName: 'Ada' }, [{ type: 'personal', personal: { firstname: 'Ada' } }]),
  profile('only an e-mail', { privateData: { email: 'a@b' } }, [
    { type: 'personal', personal: { contacts: [{ email: 'a@b' }] } },
  ]),
  profile('only a customer id', { privateData: { userId: 'u' } }, [{ type: 'ctmrinfo', info: { customerId: 'u' } }]),
  profile('only a number', { privateData: { mobileNum: 5 } }, [
    { type: 'ctmrinfo', info: { imei: 5 } },
    { type: 'personal', personal: { contacts: [{ phone: 5 }] } },
  ]),
  ...['deleted', null, 5, {}, undefined].map((odd) =>
    profile(
      `lp_sdes that are ${JSON.stringify(odd)} are passed over`,
      { firstName: 'A', claims: { lp_sdes: odd }, authenticatedData: { lp_sdes: odd } },
      [{ type: 'personal', personal: { firstname: 'A' } }],
    ),
  ),
  ...[undefined, null, 'x', 5, { claims: { lp_sdes: [null] } }, { authenticatedData: { lp_sdes: ['x'] } }].map((body) =>
    failsOn(PROFILE, 'getUserProfile', body),
  ),
  {
    row: 'a TransformError: own keys, JSON, name, no location',
    service: { replies: { '*': { type: PROFILE, body: null } } },
    connects: true,
    async bot(k, agent) {
      agent.on('error', (one, ...more) => {
        k.note('error', Object.keys(one), one.name, one instanceof Error, more, one.message.startsWith('TypeError: '));
        k.note('JSON', Object.keys(JSON.parse(JSON.stringify(one))));
      });
      await k.settles(
        'promise',
        agent.getUserProfile('c').catch((one) => one.constructor.name),
      );
      k.client.splice(0, 2);
    },
    client: [
      ['error', ['payload'], 'Error', true, [], true],
      ['JSON', ['payload']],
      ['promise resolves', 'TransformError'],
    ],
  },
]);
