'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { transform } = require('../../lib/transforms');

const ME = '777.1';

const details = (extra) => ({
  convId: 'c',
  note: 'n',
  groupId: 'g',
  csatRate: 1,
  skillId: 's',
  participants: { CONSUMER: ['x'], MANAGER: ['777.2', ME] },
  participantsPId: { CONSUMER: ['x'], MANAGER: ['p2', 'p1'] },
  dialogs: [],
  ...extra,
});
const change = (extra) => ({
  type: 'UPSERT',
  result: { convId: 'c', lastUpdateTime: 1, numberOfunreadMessages: {}, conversationDetails: details(extra), ttr: 1 },
});
const conversations = (...changes) => ({
  kind: 'notification',
  type: '.ams.aam.ExConversationChangeNotification',
  body: { changes },
});
const copy = (value) => JSON.parse(JSON.stringify(value));

describe('conversations', () => {
  it('lose what bots do not need and get new ids, each at its place', () => {
    const message = conversations(change());
    const remarks = transform(message, ME);
    assert.deepEqual(remarks.errors, []);
    assert.deepEqual(remarks.warnings, []);
    assert.equal(message.type, 'cqm.ExConversationChangeNotification');
    const { result } = message.body.changes[0];
    assert.deepEqual(Object.keys(result), ['convId', 'conversationDetails', 'ttr']);
    const { conversationDetails } = result;
    const keys = ['skillId', 'participants', 'dialogs', '__myRole', 'getMyRole'];
    assert.deepEqual(Object.keys(conversationDetails), keys);
    assert.deepEqual(conversationDetails.participants, [
      { id: 'x', role: 'CONSUMER' },
      { id: 'p2', role: 'MANAGER' },
      { id: 'p1', role: 'MANAGER' },
    ]);
    const { getMyRole } = conversationDetails;
    assert.equal(getMyRole(), 'MANAGER');
    assert.equal(getMyRole.name, 'getMyRole');
    conversationDetails.__myRole = 'X';
    assert.equal(getMyRole(), 'X');
  });

  it('know the last of my roles, or none', () => {
    const both = { READER: [ME], MANAGER: [ME] };
    const message = conversations(change({ participants: both }), change({ participants: { MANAGER: ['p1'] } }));
    transform(message, ME);
    const [first, second] = message.body.changes.map((c) => c.result.conversationDetails);
    assert.equal(first.getMyRole(), 'MANAGER');
    assert.ok(!('__myRole' in second));
    assert.equal(second.getMyRole(), undefined);
  });

  it('pass as they are where there is nothing to read', () => {
    const message = conversations(null, { type: 'X' }, { result: null }, 7);
    const before = copy(message.body);
    assert.deepEqual(transform(message, ME).errors, []);
    assert.deepEqual(message.body, before);
  });

  it('that cannot be read do not keep the others from the bot', () => {
    const bad = [
      [{ participantsPId: undefined }, 'Error: participantsPId key property is missing on notification for convId c'],
      [{ participantsPId: 'x' }, /^TypeError: participantsPId is not an object/],
      [{ participantsPId: { A: null } }, /^TypeError: participantsPId.A is not iterable/],
      [{ participants: null }, /^TypeError: participants is not an object/],
      [{ dialogs: undefined }, /^TypeError: dialogs is not iterable/],
      [{ dialogs: [null] }, /^TypeError: an entry of dialogs is not an object/],
      [{ dialogs: [{ participantsDetails: [null] }] }, /^TypeError/],
      [{ dialogs: [{ participantsDetails: 'x' }] }, /^TypeError/],
    ];
    for (const [extra, words] of bad) {
      const message = copy(conversations(change(extra), change()));
      const before = copy(message);
      const { errors, received, nothingLeft } = transform(message, ME);
      assert.equal(errors.length, 1);
      if (typeof words === 'string') assert.equal(String(errors[0]), words);
      else assert.match(String(errors[0]), words);
      assert.deepEqual(received, before);
      assert.ok(!nothingLeft);
      assert.equal(message.body.changes.length, 1);
      assert.ok(message.body.changes[0].result.conversationDetails.getMyRole);
    }
  });

  it('of which none can be read are left as they came', () => {
    const message = copy(conversations(change({ participants: 1 }), { result: {} }));
    const before = copy(message);
    const { errors, received, nothingLeft } = transform(message, ME);
    assert.equal(errors.length, 2);
    assert.ok(nothingLeft);
    assert.equal(received, message);
    assert.deepEqual(message, before);
  });

  it('must be a list', () => {
    for (const body of [undefined, null, 'x', {}, { changes: {} }, { changes: null }]) {
      const message = { type: '.ams.aam.ExConversationChangeNotification', body };
      assert.throws(() => transform(message, ME), TypeError);
      assert.equal(message.type, '.ams.aam.ExConversationChangeNotification');
    }
  });
});

describe('the participants of a dialog', () => {
  const participants = { CONSUMER: ['x'], ASSIGNED_AGENT: ['777.1'], MANAGER: ['777.2', '777.3'] };
  const participantsPId = { CONSUMER: ['x'], ASSIGNED_AGENT: ['p1'], MANAGER: ['p2', 'p3'] };
  const read = (participantsDetails, extra) => {
    const dialog = { dialogId: 'd', channelType: 'MESSAGING', participantsDetails, ...extra };
    const message = conversations(change({ participants, participantsPId, dialogs: [dialog] }));
    const { warnings } = transform(message, ME);
    const [{ participantsDetails: list }] = message.body.changes[0].result.conversationDetails.dialogs;
    return { warnings, ids: list && list.map(({ id }) => id) };
  };

  it('are found by their old ids, whatever their order', () => {
    const list = [
      { id: '777.3', role: 'MANAGER' },
      { id: '777.2', role: 'MANAGER' },
    ];
    assert.deepEqual(read(list), { warnings: [], ids: ['p3', 'p2'] });
  });

  it('are found by their place where that fails, but never one who is only suggested', () => {
    assert.deepEqual(read([{ id: 'y', role: 'ASSIGNED_AGENT', state: 'ACTIVE' }]).ids, ['p1']);
    const suggested = [
      { id: '777.9', role: 'ASSIGNED_AGENT', state: 'SUGGESTED' },
      { id: '777.1', role: 'ASSIGNED_AGENT', state: 'ACTIVE' },
    ];
    assert.deepEqual(read(suggested).ids, ['777.9', 'p1']);
    const third = [...'ab'].map((id) => ({ id, role: 'MANAGER' }));
    assert.deepEqual(read([...third, { id: 'c', role: 'MANAGER' }]).ids, ['p2', 'p3', 'c']);
  });

  it('give a warning where their role is unknown', () => {
    const stranger = { id: 'y', role: 'toString', state: 'ACTIVE' };
    const { warnings, ids } = read([stranger, { id: 'z', role: 'CONTROLLER', state: 'SUGGESTED' }]);
    assert.deepEqual(warnings, [`invalid participant on conversation c - ${JSON.stringify(stranger)}`]);
    assert.deepEqual(ids, ['y', 'z']);
  });

  it('are looked at in messaging dialogs', () => {
    const one = [{ id: '777.1', role: 'ASSIGNED_AGENT' }];
    assert.deepEqual(read(one, { channelType: 'COBROWSE' }), { warnings: [], ids: ['777.1'] });
    for (const channelType of [undefined, null, '']) {
      assert.deepEqual(read(one.map(copy), { channelType }), { warnings: [], ids: ['p1'] });
    }
    const { warnings, ids } = read(one.map(copy), { channelType: 'FAX' });
    assert.deepEqual(warnings, ['Unknown channelType: FAX']);
    assert.deepEqual(ids, ['p1']);
    assert.deepEqual(read(undefined).warnings, [
      'Invalid dialog information, participantsDetails is missing {"dialogId":"d","channelType":"MESSAGING"}',
    ]);
    assert.deepEqual(read(undefined, { channelType: 'COBROWSE' }).warnings, []);
  });
});

describe('messages', () => {
  const event = (originatorId) => ({ sequence: 1, originatorId, originatorPId: 'p1', dialogId: 'd' });

  it('become a list of one with isMe()', () => {
    const message = { kind: 'notification', type: '.ams.ms.OnlineEventDistribution', body: event(ME) };
    assert.equal(transform(message, ME), undefined);
    assert.equal(message.type, 'ms.MessagingEventNotification');
    assert.equal(message.body.dialogId, 'd');
    const [mine] = message.body.changes;
    assert.deepEqual(Object.keys(mine), ['sequence', 'originatorId', 'dialogId', '__isMe', 'isMe']);
    assert.equal(mine.originatorId, 'p1');
    const { isMe } = mine;
    assert.deepEqual([isMe(), isMe.name, isMe.length], [true, 'isMe', 0]);
    mine.__isMe = false;
    assert.equal(isMe(), false);
  });

  it('keep keys named like those of every object', () => {
    const body = JSON.parse('{"__proto__":{"a":1},"originatorId":"y","dialogId":"d"}');
    const message = { type: '.ams.ms.OnlineEventDistribution', body };
    transform(message, ME);
    const [other] = message.body.changes;
    assert.ok(Object.keys(other).includes('__proto__'));
    assert.equal(Object.getPrototypeOf(other), Object.prototype);
    assert.equal(other.__isMe, false);
  });

  it('of the history come before the answer', () => {
    const message = { kind: 'resp', reqId: 'r', code: 200, type: '.ams.ms.QueryMessages$Response', body: [event(ME)] };
    const { before } = transform(message, ME);
    assert.deepEqual(message, { kind: 'resp', reqId: 'r', code: 200, type: 'GenericSubscribeResponse' });
    assert.deepEqual(Object.keys(before), ['kind', 'type', 'body']);
    assert.equal(before.body.dialogId, 'd');
    assert.equal(before.body.changes[0].isMe(), true);
    assert.equal(transform({ type: '.ams.ms.QueryMessages$Response', body: [] }, ME), undefined);
  });

  it('must be objects', () => {
    for (const body of [undefined, null, 'x']) {
      assert.throws(() => transform({ type: '.ams.ms.OnlineEventDistribution', body }, ME), TypeError);
    }
    for (const body of [undefined, {}, 'x', [null]]) {
      assert.throws(() => transform({ type: '.ams.ms.QueryMessages$Response', body }, ME), TypeError);
    }
  });
});

describe('routing', () => {
  it('tasks and rings lose what they repeat', () => {
    const ring = { ringId: 'r', brandId: 'b', convId: 'c', consumerId: 'x', skillId: 's' };
    const result = { routingTaskId: 't', assignedAgentId: '', brandId: 'b', ringsDetails: [ring], skillId: 's' };
    const message = { type: '.ams.routing.RoutingTaskNotification', body: { changes: [{ type: 'UPSERT', result }] } };
    transform(message, ME);
    assert.deepEqual(message, {
      type: 'routing.RoutingTaskNotification',
      body: { changes: [{ type: 'UPSERT', result: { ringsDetails: [{ ringId: 'r' }], skillId: 's' } }] },
    });
    for (const bad of [null, {}, { result: {} }, { result: { ringsDetails: [null] } }]) {
      const broken = { type: '.ams.routing.RoutingTaskNotification', body: { changes: [bad] } };
      assert.throws(() => transform(broken, ME), TypeError);
    }
  });

  it('states lose the user id; a ring update loses everything', () => {
    const body = { changes: [{ result: { agentUserId: ME, availability: 'ONLINE' } }, { result: {} }] };
    const message = { type: '.ams.routing.AgentStateNotification', body };
    transform(message, ME);
    assert.deepEqual(message.body.changes, [{ result: { availability: 'ONLINE' } }, { result: {} }]);
    const update = { kind: 'notification', type: '.ams.routing.RingUpdated', body: {} };
    transform(update, ME);
    assert.deepEqual(update, { kind: 'notification', type: 'deprecated' });
  });
});

describe('profiles', () => {
  const read = (body) => {
    const message = { type: '.ams.userprofile.GetUserProfile$Response', body };
    transform(message, ME);
    assert.equal(message.type, '.ams.userprofile.GetUserProfile$Response');
    return message.body;
  };

  it('become a list of engagement attributes', () => {
    const profile = {
      acr: 'loa1',
      firstName: 'Ada',
      lastName: 'Byron',
      privateData: { mobileNum: '555', email: 'a@b', userId: 'u' },
      claims: { iss: 'i', lp_sdes: [{ type: 'lead' }] },
      authenticatedData: { lp_sdes: [{ type: 'cart' }] },
    };
    assert.deepEqual(read(profile), [
      { type: 'lead', acr: 'loa1', iss: 'i' },
      { type: 'cart', auth: {} },
      { type: 'ctmrinfo', info: { imei: '555', customerId: 'u' } },
      {
        type: 'personal',
        personal: { firstname: 'Ada', lastname: 'Byron', contacts: [{ email: 'a@b', phone: '555' }] },
      },
    ]);
  });

  it('may have nothing, or only a little, in them', () => {
    assert.deepEqual(read({}), []);
    assert.deepEqual(read({ claims: { lp_sdes: 'deleted' }, privateData: {} }), []);
    assert.deepEqual(read({ lastName: 'B' }), [{ type: 'personal', personal: { lastname: 'B' } }]);
    assert.throws(() => read(null), TypeError);
    assert.throws(() => read({ claims: { lp_sdes: [null] } }), TypeError);
  });
});

it('any other type stays as it is', () => {
  for (const type of ['x', '__proto__', 'constructor', null, undefined, 7]) {
    const message = { kind: 'notification', type, body: null };
    assert.equal(transform(message, ME), undefined);
    assert.deepEqual(message, { kind: 'notification', type, body: null });
  }
});
