'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { conversing } = require('../test-support/setup');

const REVISION = 'x-lp-state-rev';

async function surveyed(t) {
  const all = await conversing(t, { agentSurvey: [{ id: 1 }, { id: 2 }, { id: 3 }] });
  const { client, socket, conversation } = all;
  const call = (
    method,
    { state = true, revision, body, bearer = socket.me.bearer, conv = conversation.id, more = '' } = {},
  ) => {
    const path = `forms/agent_survey${state ? '/state' : ''}?conv=${conv}&skill=5&v=2.0${more}`;
    const headers = { authorization: `Bearer ${bearer}`, ...(revision === undefined ? {} : { [REVISION]: revision }) };
    return client.call(method, client.account(path), { headers, body });
  };
  return { ...all, call };
}

test('the questions, all or from one on', async (t) => {
  const { call } = await surveyed(t);
  const ids = async (more) => (await call('GET', { state: false, more })).body.questions.map(({ id }) => id);
  assert.deepStrictEqual(await ids('&seq=true'), [1, 2, 3]);
  assert.deepStrictEqual(await ids('&seq=true&seqRoot=2'), [2, 3]);
});

test('a survey is saved, submitted, and then over', async (t) => {
  const { call, simulator } = await surveyed(t);
  const first = await call('GET');
  assert.deepStrictEqual([first.status, first.headers[REVISION]], [200, '1']);
  assert.strictEqual(first.body.agentSurveyStatus, 'open');
  assert.ok(first.body.autoCloseTimestamp > simulator.clock.now() && first.body.lastActionTimeInMillis > 0);
  const body = [{ id: 1, questionStatus: 'answer', freeTextReply: 'a bill' }];
  const saved = await call('PUT', { revision: '1', body });
  assert.deepStrictEqual([saved.status, saved.body.agentSurveyStatus, saved.headers[REVISION]], [200, 'open', '2']);
  const submitted = await call('POST', { revision: '2', body });
  assert.deepStrictEqual([submitted.body.agentSurveyStatus, submitted.body.stateRevision], ['submitted', 3]);
  assert.strictEqual((await call('DELETE', { revision: '3' })).status, 410);
});

test('a change needs the present revision', async (t) => {
  const { call } = await surveyed(t);
  assert.strictEqual((await call('DELETE')).status, 400);
  assert.strictEqual((await call('PUT', { revision: '1', body: [] })).status, 200);
  assert.strictEqual((await call('DELETE', { revision: '1' })).status, 409);
  const dismissed = await call('DELETE', { revision: '2' });
  assert.deepStrictEqual([dismissed.status, dismissed.body.agentSurveyStatus], [200, 'dismissed']);
});

test('refused: no valid bearer, no conversation, an answer that is no list', async (t) => {
  const { call } = await surveyed(t);
  assert.strictEqual((await call('GET', { bearer: 'bad' })).status, 401);
  assert.strictEqual((await call('GET', { conv: 'unknown' })).status, 404);
  assert.strictEqual((await call('GET', { conv: '' })).status, 400);
  assert.strictEqual((await call('POST', { revision: '1', body: { id: 1 } })).status, 400);
});
