// Contract §10: AgentSurveyClient, against a service on loopback. It trusts what Node trusts, here by the global agent.

import assert from 'node:assert/strict';
import https from 'node:https';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { certificates } from './support/service.mjs';

const require = createRequire(import.meta.url);
const AgentSurveyClient = require('../../lib/AgentSurveyClient');

let server;
let client;
let received;
let answer;

before(async () => {
  const { authority, certificate } = await certificates();
  https.globalAgent.options.ca = authority.cert;
  server = https.createServer(certificate, (request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      received.push([method, url, headers.authorization, headers['x-lp-state-rev'], headers['content-type'], body]);
      if (!answer) return request.socket.destroy();
      const [status, statusText, head, text] = answer;
      response.writeHead(status, statusText, head).end(text);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new AgentSurveyClient({
    rflDomain: `localhost:${server.address().port}`,
    accountId: '777',
    token: 'bearer',
  });
});
after(() => {
  https.globalAgent.destroy();
  delete https.globalAgent.options.ca;
  server.close();
});

const STATE = '/api/account/777/forms/agent_survey/state?conv=c&skill=s&v=2.0';
const FORM = '/api/account/777/forms/agent_survey?conv=c&skill=s&v=2.0';
const OK = [200, 'Fine', { 'x-lp-state-rev': '7' }, '{"a":[1]}'];

const CASES = [
  ['getAgentSurveyState', ['c', 's'], OK, ['GET', STATE, undefined, undefined, '']],
  ['submitAgentSurvey', ['c', 's', 7, { q: 'é' }], OK, ['POST', STATE, '7', 'application/json', '{"q":"é"}']],
  ['dismissAgentSurvey', ['c', 's', '8'], OK, ['DELETE', STATE, '8', undefined, '']],
  ['getAgentSurvey', ['c', 's'], OK, ['GET', `${FORM}&seq=true`, undefined, undefined, '']],
  ['getAgentSurvey', ['c', 's', 'r'], OK, ['GET', `${FORM}&seq=true&seqRoot=r`, undefined, undefined, '']],
  ['getAgentSurvey', ['c', 's', 'r', false], OK, ['GET', `${FORM}&seq=true&seqRoot=r`, undefined, undefined, '']],
  ['getAgentSurvey', ['c', 's', undefined, 'x'], OK, ['GET', `${FORM}&seq=x`, undefined, undefined, '']],
  [
    'submitAgentSurvey',
    ['c', 's', 7, {}],
    [409, 'Conflict', {}, '{"error":1}'],
    ['POST', STATE, '7', 'application/json', '{}'],
  ],
  ['getAgentSurveyState', ['c', 's'], [500, 'Odd', {}, 'no json'], ['GET', STATE, undefined, undefined, '']],
  ['getAgentSurveyState', ['c', 's'], undefined, ['GET', STATE, undefined, undefined, '']],
];

describe('AgentSurveyClient', () => {
  for (const [method, args, answered, [verb, url, rev, type, body]] of CASES) {
    it(`${method}(${args}) answered ${answered ? answered[0] : 'by nothing'}`, async () => {
      received = [];
      answer = answered;
      const given = await client[method](...args);
      assert.deepEqual(received, [[verb, url, 'Bearer bearer', rev, type, body]]);
      if (answered === undefined) return assert.equal(given, undefined);
      const { status, statusText, headers, data } = given;
      const [code, words, head, text] = answered;
      assert.deepEqual([status, statusText, headers['x-lp-state-rev']], [code, words, head['x-lp-state-rev']]);
      assert.deepEqual(data, text.startsWith('{') ? JSON.parse(text) : text);
    });
  }
});
