'use strict';

// Asks consumers, in the survey dialog that follows a conversation, how it was.

const { say } = require('../common/say');
const { steadyAgent } = require('../common/steady-agent');

const QUESTION = 'How was it, from 1 (bad) to 5 (very good)?';
const AGAIN = 'Please answer with a number from 1 to 5.';
const THANKS = 'Thank you!';

const agent = steadyAgent();
const surveys = new Map(); // survey dialog → its conversation

// The main dialog of such a conversation is closed, the conversation as a whole is still open.
agent.on('connected', () => {
  surveys.clear();
  agent.subscribeExConversations({ convState: ['CLOSE'], stage: ['OPEN'] });
});

agent.on('cqm.ExConversationChangeNotification', ({ changes }) => {
  for (const { type, result } of changes) {
    const survey = result.conversationDetails.dialogs.find(isSurvey);
    if (survey === undefined) continue;
    if (type === 'DELETE') {
      surveys.delete(survey.dialogId);
    } else if (!surveys.has(survey.dialogId)) {
      surveys.set(survey.dialogId, result.convId);
      const isIn = survey.participantsDetails.some(({ id }) => id === agent.agentId);
      if (isIn) agent.subscribeMessagingEvents({ dialogId: survey.dialogId });
      else ask(result.convId, survey.dialogId);
    }
  }
});

// An account may have surveys by several bots; each dialog names the app it is meant for.
const isSurvey = ({ dialogType, metaData }) =>
  dialogType === 'POST_SURVEY' && (!process.env.LP_APP || metaData?.appInstallId === process.env.LP_APP);

agent.on('ms.MessagingEventNotification', ({ dialogId, changes }) => {
  if (!surveys.has(dialogId)) return;
  // In a history only the last word counts: what came before it was answered.
  const last = changes.filter(({ event }) => event.type === 'ContentEvent').pop();
  if (last?.originatorMetadata.role === 'CONSUMER') evaluate(dialogId, last.event.message);
});

async function ask(conversationId, dialogId) {
  try {
    const conversationField = [{ field: 'ParticipantsChange', type: 'ADD', role: 'AGENT', dialogId }];
    await agent.updateConversationField({ conversationId, conversationField });
    await say(agent, dialogId, QUESTION);
  } catch (error) {
    console.error(`survey ${dialogId} was not begun:`, error.message);
  }
}

async function evaluate(dialogId, answer) {
  try {
    if (!/^\s*[1-5]\s*$/.test(answer)) return void (await say(agent, dialogId, AGAIN));
    console.log(`conversation ${surveys.get(dialogId)} was rated ${answer.trim()}`);
    await say(agent, dialogId, THANKS);
    const dialog = { dialogId, state: 'CLOSE', closedBy: 'AGENT', closedCause: 'survey completed' };
    const conversationField = [{ field: 'DialogChange', type: 'UPDATE', dialog }];
    await agent.updateConversationField({ conversationId: surveys.get(dialogId), conversationField });
  } catch (error) {
    console.error(`survey ${dialogId}:`, error.message);
  }
}
