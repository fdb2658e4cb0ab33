'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { conversing, setup } = require('../test-support/setup');

const success = ({ code, type, body }) => {
  assert.deepStrictEqual([code, type], [200, '.ReqBody$StringResp']);
  return body;
};

test('each field is confirmed with its text and shows in the conversation', async (t) => {
  const { socket, conversation } = await conversing(t);
  const cases = [
    [{ field: 'Skill', type: 'UPDATE', skill: '123' }, 'Skill changed successfully', { skillId: '123' }],
    [
      { field: 'TTRField', ttrType: 'URGENT', value: 60 },
      'Update TTR ended successfully',
      { ttr: { ttrType: 'URGENT', value: 60 } },
    ],
    [{ field: 'ManualETTR', time: 17 }, 'Update manual Ettr ended successfully', { manualETTR: 17 }],
    [{ field: 'Note', note: 'careful' }, 'OK Update note success', { note: 'careful' }],
    [{ field: 'CSATRate', csatRate: 4, status: 'FILLED' }, 'OK CSAT processed successfully', { csatRate: 4 }],
  ];
  for (const [entry, text, expected] of cases) {
    assert.strictEqual(success(await socket.update(conversation.id, entry)), text);
    const { conversationDetails } = await socket.change((details) =>
      Object.entries(expected).every(([name, value]) => JSON.stringify(details[name]) === JSON.stringify(value)),
    );
    assert.ok(conversationDetails);
  }
});

test('a bare element is as good as a list of one', async (t) => {
  const { socket, conversation } = await conversing(t);
  const conversationField = { field: 'Note', note: 'bare' };
  const body = { conversationId: conversation.id, conversationField };
  success(await socket.request('.ams.cm.UpdateConversationField', body));
  assert.strictEqual(conversation.details.note, 'bare');
});

test('participants join in each role, and leave', async (t) => {
  const { client, conversation } = await conversing(t);
  const colleague = await client.signIn({ username: 'colleague', password: 'x' });
  for (const role of ['MANAGER', 'READER', 'AGENT', 'CONTROLLER']) {
    const add = { field: 'ParticipantsChange', type: 'ADD', role };
    assert.strictEqual(success(await colleague.update(conversation.id, add)), 'OK Agent added successfully');
    assert.deepStrictEqual(conversation.details.participants[role], [colleague.me.id]);
    assert.deepStrictEqual(conversation.details.participantsPId[role], [colleague.me.userPid]);
    const remove = { field: 'ParticipantsChange', type: 'REMOVE', role, userId: colleague.me.id };
    assert.strictEqual(success(await colleague.update(conversation.id, remove)), 'OK Agent removed successfully');
    assert.ok(!conversation.details.participants[role]?.length);
  }
});

test('removing who is not there fails the whole request', async (t) => {
  const { client, conversation } = await conversing(t);
  const stranger = await client.signIn({ username: 'stranger', password: 'x' });
  const { code, type, body } = await stranger.update(
    conversation.id,
    { field: 'Skill', type: 'UPDATE', skill: '99' },
    { field: 'ParticipantsChange', type: 'REMOVE', role: 'ASSIGNED_AGENT' },
  );
  assert.deepStrictEqual([code, type, body], [400, '.ReqBody$StringResp', 'Agent does not exist in conversation']);
  assert.strictEqual(conversation.details.skillId, '5');
});

test('one request may put another agent in place of the assigned one', async (t) => {
  const { client, socket, conversation } = await conversing(t);
  const other = await client.signIn({ username: 'other', password: 'x' });
  const add = { field: 'ParticipantsChange', type: 'ADD', role: 'ASSIGNED_AGENT' };
  const remove = { field: 'ParticipantsChange', type: 'REMOVE', role: 'ASSIGNED_AGENT', userId: socket.me.id };
  assert.strictEqual((await other.update(conversation.id, add)).code, 400);
  assert.strictEqual((await other.update(conversation.id, remove, remove)).code, 400);
  assert.deepStrictEqual(conversation.details.participants.ASSIGNED_AGENT, [socket.me.id]);
  assert.strictEqual(success(await other.update(conversation.id, remove, add)), 'OK Agent removed successfully');
  assert.deepStrictEqual(conversation.details.participants.ASSIGNED_AGENT, [other.me.id]);
});

test('who has left, or writes after the end, is told', async (t) => {
  const { simulator, conversation } = await conversing(t);
  const manager = await simulator.manager({ username: 'boss' }).joins(conversation);
  manager.leaves();
  assert.throws(() => manager.says('hi'), /agent boss cannot say anything in conversation .*: Agent does not exist/);
  await conversation.closes();
  assert.throws(() => conversation.says('hi'), /the consumer cannot say anything in conversation .* is closed/);
});

test('suggesting somebody who is there already is refused', async (t) => {
  const { socket, conversation } = await conversing(t);
  const { code, body } = await socket.update(conversation.id, {
    field: 'ParticipantsChange',
    type: 'SUGGEST',
    userId: socket.me.id,
    role: 'ASSIGNED_AGENT',
  });
  assert.deepStrictEqual([code, body], [400, 'Transfer to agent failed: Agent already exist']);
});

test('unknown conversations, fields, roles, agents and dialogs are 400', async (t) => {
  const { socket, conversation } = await conversing(t);
  const note = { field: 'Note', note: 'x' };
  assert.strictEqual((await socket.update('unknown', note)).code, 400);
  for (const entry of [
    { field: 'toString' },
    { field: 'ParticipantsChange', type: 'ADD', role: 'KING' },
    { field: 'ParticipantsChange', type: 'ADD', role: 'MANAGER', userId: 'nobody' },
    { field: 'ParticipantsChange', type: 'JUMP' },
    { field: 'ParticipantsChange', type: 'toString' },
    { field: 'DialogChange', dialog: { dialogId: 'unknown', state: 'CLOSE' } },
    { field: 'ConversationStateField', conversationState: 'OPEN' },
  ]) {
    assert.strictEqual((await socket.update(conversation.id, entry)).code, 400, JSON.stringify(entry));
  }
  assert.strictEqual((await socket.update(conversation.id)).code, 400);
});

test('ConversationStateField closes all dialogs, without a survey', async (t) => {
  const { socket, conversation } = await conversing(t, { survey: true });
  const close = { field: 'ConversationStateField', conversationState: 'CLOSE' };
  assert.strictEqual(success(await socket.update(conversation.id, close)), 'OK Conversation resolved successfully');
  const { stage, dialogs, closeReason } = await conversation.closed();
  assert.deepStrictEqual([stage, dialogs.length, closeReason], ['CLOSE', 1, 'AGENT']);
  assert.deepStrictEqual(
    [dialogs[0].state, dialogs[0].closedBy, dialogs[0].closedCause],
    ['CLOSE', 'AGENT', 'Closed by agent'],
  );
});

test('DialogChange closes the main dialog, and the survey follows in one of its own', async (t) => {
  const { socket, conversation } = await conversing(t, { survey: true }, { filter: { stage: ['OPEN'] } });
  const dialog = { dialogId: conversation.id, state: 'CLOSE', closedBy: 'AGENT', closedCause: 'done' };
  const change = { field: 'DialogChange', type: 'UPDATE', dialog };
  assert.strictEqual(success(await socket.update(conversation.id, change)), 'OK Conversation resolved successfully');
  const { conversationDetails } = await socket.change(({ state }) => state === 'CLOSE');
  assert.strictEqual(conversationDetails.stage, 'OPEN');
  const [main, survey] = conversationDetails.dialogs;
  assert.deepStrictEqual([main.state, main.closedCause, survey.dialogType], ['CLOSE', 'done', 'POST_SURVEY']);
  assert.match(survey.dialogId, /^[\w-]{22}$/);
  assert.ok(survey.metaData.appInstallId);
  assert.strictEqual(conversation.dialogId, survey.dialogId);
  const question = await conversation.next();
  assert.deepStrictEqual([question.dialogId, question.sequence], [survey.dialogId, 0]);
  conversation.says('5');
  await socket.change(({ stage }) => stage === 'CLOSE', 'DELETE');
});

test('an unattended survey waits for a bot of the brand, and lasts until that closes it', async (t) => {
  const { socket, conversation } = await conversing(t, { survey: 'unattended' }, { filter: { stage: ['OPEN'] } });
  await conversation.closes();
  const { dialogId } = conversation;
  await socket.change(({ dialogs }) => dialogs.some(({ dialogType }) => dialogType === 'POST_SURVEY'));
  const join = { field: 'ParticipantsChange', type: 'ADD', role: 'AGENT', dialogId };
  success(await socket.update(conversation.id, join));
  conversation.says('nobody has asked me yet');
  assert.strictEqual(conversation.details.stage, 'OPEN');
  const dialog = { dialogId, state: 'CLOSE', closedBy: 'AGENT' };
  success(await socket.update(conversation.id, { field: 'DialogChange', type: 'UPDATE', dialog }));
  await socket.change(({ stage }) => stage === 'CLOSE', 'DELETE');
});

test('a consumer who closes starts the survey, and may close that too', async (t) => {
  const { conversation } = await conversing(t, {}, {});
  await conversation.closes();
  assert.strictEqual((await conversation.closed()).dialogs.length, 1);
  const second = await conversing(t, { survey: true });
  await second.conversation.closes();
  assert.deepStrictEqual([second.conversation.details.state, second.conversation.details.stage], ['CLOSE', 'OPEN']);
  await second.conversation.closes();
  assert.strictEqual((await second.conversation.closed()).closeReason, 'CONSUMER');
});

test('a conversation that is silent for a week is closed by the system', async (t) => {
  const { simulator, conversation } = await conversing(t);
  const day = 24 * 3600 * 1000;
  simulator.clock.advance(6 * day);
  conversation.says('still here');
  simulator.clock.advance(6 * day);
  assert.strictEqual(conversation.details.stage, 'OPEN');
  simulator.clock.advance(day);
  assert.deepStrictEqual([conversation.details.stage, conversation.details.closeReason], ['CLOSE', 'SYSTEM']);
});

test('a co-browse dialog comes without participants', async (t) => {
  const { socket, conversation } = await conversing(t);
  conversation.opensCobrowse();
  const { conversationDetails } = await socket.change(({ dialogs }) => dialogs.length === 2);
  assert.strictEqual(conversationDetails.dialogs[1].channelType, 'COBROWSE');
  assert.ok(!('participantsDetails' in conversationDetails.dialogs[1]));
  assert.strictEqual(conversation.dialogId, conversation.id);
});

test('the oddities of the field, on demand', async (t) => {
  const { simulator, socket, conversation } = await conversing(t);
  await simulator.manager().joins(conversation, 'CONTROLLER');
  await socket.settled();
  // What a change of the note looks like with the quirks named.
  const changes = async (...quirks) => {
    simulator.plays(...quirks);
    socket.rest.length = 0;
    await socket.update(conversation.id, { field: 'Note', note: quirks.join() });
    await socket.settled();
    return socket.rest.filter(({ type }) => type.includes('ExConversationChange'));
  };
  const details = ({ body }) => body.changes[0].result.conversationDetails;

  const [withoutPIds] = await changes('missingPIds');
  assert.ok(!('participantsPId' in details(withoutPIds)));
  const [uneven] = await changes('unevenPIds');
  assert.ok('CONTROLLER' in details(uneven).participants && !('CONTROLLER' in details(uneven).participantsPId));
  const [first, second] = await changes('doubled', 'unknownFields');
  assert.deepStrictEqual(first, second);
  assert.deepStrictEqual(first.body.novelty, { isNew: true });
  const [withoutContent] = await changes('missingLastContent');
  assert.ok(!('lastContentEventNotification' in withoutContent.body.changes[0].result));
  const [bare] = await changes('bareElements');
  assert.strictEqual(bare.body.changes.result.conversationDetails.note, 'bareElements');
  simulator.recovers();
  assert.throws(() => simulator.plays('trumpet'), /There is no quirk "trumpet"; there are doubled/);
});

test('AgentRequestConversation without a consumer is 400', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  assert.strictEqual((await socket.request('.ams.cm.AgentRequestConversation', {})).code, 400);
});
