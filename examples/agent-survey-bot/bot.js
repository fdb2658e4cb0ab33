'use strict';

// An agent bot that fills in the survey which agents are asked to fill in after a conversation.

const AgentSurveyClient = require('node-agent-sdk/lib/AgentSurveyClient');
const { onMessage } = require('../common/messages');
const { acceptRings } = require('../common/rings');
const { say } = require('../common/say');
const { steadyAgent } = require('../common/steady-agent');

const agent = steadyAgent();
const said = new Map(); // conversation → what its consumer said
acceptRings(agent);

onMessage(agent, async ({ conversationId, dialogId, event }) => {
  if (event.contentType !== 'text/plain') return;
  if (!said.has(conversationId)) said.set(conversationId, []);
  said.get(conversationId).push(event.message);
  await say(agent, dialogId, 'Noted.');
});

agent.on('cqm.ExConversationChangeNotification', ({ changes }) => {
  for (const { type, result } of changes) {
    if (type === 'DELETE') fillIn(result.convId, result.conversationDetails.skillId);
  }
});

async function fillIn(conversationId, skillId) {
  const words = said.get(conversationId) || [];
  said.delete(conversationId);
  try {
    const surveys = await surveyClient();
    const { questions } = dataOf(await surveys.getAgentSurvey(conversationId, skillId));
    const summary = `${words.length} messages, the first: ${words[0] ?? 'none'}`;
    const answers = questions.map(({ id }) => ({ id, questionStatus: 'answer', freeTextReply: summary }));
    await submit(surveys, conversationId, skillId, answers);
    console.log(`the survey of conversation ${conversationId} is submitted`);
  } catch (error) {
    console.error(`the survey of conversation ${conversationId} was not submitted:`, error.message);
  }
}

/** Submitting needs the revision of the survey's state; one that is outdated (409) was changed by somebody, and is read anew. */
async function submit(surveys, conversationId, skillId, answers, attempts = 3) {
  const state = await surveys.getAgentSurveyState(conversationId, skillId);
  const { agentSurveyStatus } = dataOf(state);
  if (agentSurveyStatus !== 'open') throw new Error(`it is ${agentSurveyStatus}`);
  const answer = await surveys.submitAgentSurvey(conversationId, skillId, state.headers['x-lp-state-rev'], answers);
  if (answer?.status === 409 && attempts > 1) await submit(surveys, conversationId, skillId, answers, attempts - 1);
  else dataOf(answer);
}

async function surveyClient() {
  const { runtimeFormLogic } = await agent.csdsClient.getAll();
  return new AgentSurveyClient({
    rflDomain: runtimeFormLogic,
    accountId: agent.accountId,
    token: agent.getBearerToken(),
  });
}

function dataOf(answer) {
  if (answer === undefined) throw new Error('there was no answer');
  if (answer.status >= 400) throw new Error(`it was answered with ${answer.status} ${answer.statusText}`);
  return answer.data;
}
