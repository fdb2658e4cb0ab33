'use strict';

// A manager who joins every open conversation of the account, and greets once.

const { say } = require('../common/say');
const { steadyAgent } = require('../common/steady-agent');

const GREETING = process.env.LP_GREETING || 'Hello! Somebody will be with you in a moment.';

const agent = steadyAgent();
const known = new Set(); // conversations that were joined, or are being joined

agent.on('connected', () => agent.subscribeExConversations({ convState: ['OPEN'] }));

agent.on('cqm.ExConversationChangeNotification', ({ changes }) => {
  for (const { type, result } of changes) {
    const { convId, conversationDetails } = result;
    if (type === 'DELETE') {
      known.delete(convId);
    } else if (!known.has(convId)) {
      known.add(convId);
      // With a role in it the bot was there before, and has greeted.
      if (conversationDetails.getMyRole() === undefined) greet(convId);
    }
  }
});

async function greet(conversationId) {
  try {
    const conversationField = [{ field: 'ParticipantsChange', type: 'ADD', role: 'MANAGER' }];
    await agent.updateConversationField({ conversationId, conversationField });
    await say(agent, conversationId, GREETING); // the main dialog has the id of its conversation
    console.log('greeted', conversationId);
  } catch (error) {
    console.error(`conversation ${conversationId} was not greeted:`, error.message);
    known.delete(conversationId); // its next change is another chance
  }
}
