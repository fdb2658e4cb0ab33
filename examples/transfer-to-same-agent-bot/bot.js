'use strict';

// Receives every consumer, and hands a returning one to the agent who talked with them last; a new one to skill LP_SKILL.

const { acceptRings } = require('../common/rings');
const { say } = require('../common/say');
const { steadyAgent } = require('../common/steady-agent');

const SKILL = process.env.LP_SKILL || '-1';
const MEMORY = 30 * 24 * 3600 * 1000; // conversations older than this are not asked for, in ms

const agent = steadyAgent();
const lastAgent = new Map(); // consumer → { userId, skill, at } of the agent who talked with them last
const inHand = new Set(); // conversations that are being handed over
const tried = new Set(); // conversations that were offered to the agent who knows the consumer
acceptRings(agent);

agent.on('connected', () => agent.subscribeExConversations({ minLastUpdatedTime: Date.now() - MEMORY }));

agent.on('cqm.ExConversationChangeNotification', ({ changes }) => {
  for (const { result } of changes) {
    remember(result);
    receive(result);
  }
});

/** Takes note of who spoke last, where that was an agent, and not this one. Conversations come in any order. */
function remember({ conversationDetails: details, lastContentEventNotification: last }) {
  if (last?.originatorMetadata?.role !== 'ASSIGNED_AGENT' || last.originatorId === agent.__oldAgentId) return;
  const consumerId = consumerOf(details);
  if (lastAgent.get(consumerId)?.at > last.serverTimestamp) return;
  lastAgent.set(consumerId, { userId: last.originatorId, skill: details.skillId, at: last.serverTimestamp });
}

function receive({ convId, conversationDetails: details }) {
  if (details.stage === 'CLOSE') tried.delete(convId);
  else if (details.getMyRole() === 'ASSIGNED_AGENT' && !inHand.has(convId)) handOver(convId, consumerOf(details));
}

async function handOver(conversationId, consumerId) {
  inHand.add(conversationId);
  // What comes back after an offer was not taken up: somebody else has to help.
  const friend = tried.has(conversationId) ? undefined : lastAgent.get(consumerId);
  tried.add(conversationId);
  try {
    if (friend === undefined) {
      await say(agent, conversationId, 'Welcome! A colleague will come.');
      await transfer(conversationId, { skill: SKILL });
    } else {
      await say(agent, conversationId, 'Welcome back! I call whom you know.');
      // An agent who has left the company cannot be suggested.
      await transfer(conversationId, friend).catch(() => transfer(conversationId, { skill: SKILL }));
    }
    console.log('handed over', conversationId);
  } catch (error) {
    console.error(`conversation ${conversationId} was not handed over:`, error.message);
  } finally {
    inHand.delete(conversationId);
  }
}

/** One request, so that nobody else gets the conversation between its steps. Agents go by their old ids, account.userId. */
function transfer(conversationId, { skill, userId }) {
  const participants = { field: 'ParticipantsChange', role: 'ASSIGNED_AGENT' };
  const leave = { ...participants, type: 'REMOVE' };
  const suggest = { ...participants, type: 'SUGGEST', userId };
  const move = { field: 'Skill', type: 'UPDATE', skill };
  const conversationField = userId === undefined ? [leave, move] : [leave, suggest, move];
  return agent.updateConversationField({ conversationId, conversationField });
}

function consumerOf({ participants }) {
  return participants.find(({ role }) => role === 'CONSUMER').id;
}
