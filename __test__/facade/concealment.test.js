'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');
const { inspect } = require('node:util');
const { make } = require('./kit');
const AgentSurveyClient = require('../../lib/AgentSurveyClient');

const CONF = {
  accountId: '1',
  username: 'robot',
  password: 'hidden',
  key: 'hidden',
  headers: { authorization: 'hidden' },
  proxy: 'http://user:hidden@proxy:1',
  agent: { proxy: { auth: 'user:hidden' } },
};

it('an agent is printed without its secrets, which stay plain properties', () => {
  class Robot extends make().agent.constructor {}
  const agent = new Robot(CONF);
  Object.assign(agent, { token: 'hidden', csrf: 'hidden', mine: 'shown' });
  const text = inspect(agent, { depth: 9, showHidden: true });
  assert.match(text, /^Robot \{/);
  assert.match(text, /username: 'robot'/);
  assert.match(text, /password: '\*\*\*'/);
  assert.match(text, /proxy: 'http:\/\/\*\*\*@proxy:1'/);
  assert.match(text, /mine: 'shown'/);
  assert.doesNotMatch(text, /hidden/);
  assert.deepEqual([agent.conf, agent.token, agent.csrf], [CONF, 'hidden', 'hidden']);
  assert.ok(Object.getOwnPropertySymbols(agent).every((symbol) => symbol !== inspect.custom));
  agent.dispose();
});

it('what refers to itself is printed to any depth', () => {
  const { agent } = make();
  agent.self = agent;
  agent.helper = { agent };
  assert.match(inspect(agent, { depth: null }), /self: \[Circular \*1\]/);
  assert.equal(inspect({ agent }, { depth: 0 }), '{ agent: [Recorder] }');
  agent.late = 'shown';
  assert.match(inspect(agent), /late: 'shown'/);
  agent.dispose();
});

it('a client for agent surveys hides its token too', () => {
  const client = new AgentSurveyClient({ rflDomain: 'host', accountId: '1', token: 'hidden' });
  assert.equal(client.token, 'hidden');
  assert.match(inspect(client), /^AgentSurveyClient \{ rflDomain: 'host', accountId: '1', token: '\*\*\*' \}$/);
});
