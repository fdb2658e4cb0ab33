'use strict';

const assert = require('node:assert/strict');
const https = require('node:https');
const { PassThrough } = require('node:stream');
const { describe, it, mock } = require('node:test');
const AgentSurveyClient = require('../../lib/AgentSurveyClient');

/** Answers the next call; undefined: cuts it. */
function answering(answer) {
  const calls = [];
  const request = mock.method(https, 'request', (url, options, heard) => {
    const exchange = new PassThrough();
    exchange.end = (text) => {
      calls.push({ url, method: options.method, headers: options.headers, text });
      if (!answer) return process.nextTick(() => exchange.emit('error', new Error('socket hang up')));
      const { text: body, ...head } = answer;
      const response = Object.assign(new PassThrough(), head);
      process.nextTick(() => heard(response));
      response.end(body);
      return exchange;
    };
    return exchange;
  });
  return { calls, done: () => request.mock.restore() };
}

describe('AgentSurveyClient', () => {
  const client = new AgentSurveyClient({ rflDomain: 'rfl.test:1', accountId: 777, token: 'bearer' });
  const base = 'https://rfl.test:1/api/account/777/forms/agent_survey';
  const ok = { statusCode: 200, statusMessage: 'OK', headers: { 'x-lp-state-rev': '7' }, text: '{"a":1}' };

  it('makes four calls', async () => {
    const { calls, done } = answering(ok);
    const answer = await client.getAgentSurveyState('c', 's');
    assert.deepEqual(answer, { status: 200, statusText: 'OK', headers: { 'x-lp-state-rev': '7' }, data: { a: 1 } });
    await client.submitAgentSurvey('c', 's', 7, [{ id: 1 }]);
    await client.dismissAgentSurvey('c', 's', 7);
    await client.getAgentSurvey('c', 's');
    await client.getAgentSurvey('c', 's', 'root', 'yes');
    done();
    assert.deepEqual(
      calls.map(({ method, url }) => [method, url]),
      [
        ['GET', `${base}/state?conv=c&skill=s&v=2.0`],
        ['POST', `${base}/state?conv=c&skill=s&v=2.0`],
        ['DELETE', `${base}/state?conv=c&skill=s&v=2.0`],
        ['GET', `${base}?conv=c&skill=s&v=2.0&seq=true`],
        ['GET', `${base}?conv=c&skill=s&v=2.0&seq=yes&seqRoot=root`],
      ],
    );
    for (const { headers } of calls) assert.equal(headers.Authorization, 'Bearer bearer');
    assert.deepEqual(
      calls.map(({ headers }) => headers['x-lp-state-rev']),
      [undefined, 7, 7, undefined, undefined],
    );
    assert.equal(calls[1].text, '[{"id":1}]');
  });

  it('gives HTTP errors as answers, and undefined where there was none', async () => {
    const refused = answering({ statusCode: 409, statusMessage: 'Conflict', headers: {}, text: 'no' });
    assert.deepEqual(await client.dismissAgentSurvey('c', 's', 1), {
      status: 409,
      statusText: 'Conflict',
      headers: {},
      data: 'no',
    });
    refused.done();
    const cut = answering(undefined);
    assert.equal(await client.getAgentSurveyState('c', 's'), undefined);
    cut.done();
  });
});
