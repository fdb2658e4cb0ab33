'use strict';

// An agent bot: accepts what rings, says back what it hears, marks it as read, and closes on "#close".

const { onMessage } = require('../shared/messages');
const { acceptRings } = require('../shared/rings');
const { say } = require('../shared/say');
const { steadyAgent } = require('../shared/steady-agent');

const agent = steadyAgent();
acceptRings(agent);

onMessage(agent, async ({ conversationId, dialogId, event }) => {
  if (event.message === '#close') {
    const conversationField = [{ field: 'ConversationStateField', conversationState: 'CLOSE' }];
    await agent.updateConversationField({ conversationId, conversationField });
  } else if (event.contentType === 'text/plain') {
    await say(agent, dialogId, `echo: ${event.message}`);
  } else {
    await say(agent, dialogId, `echo: (${event.contentType})`);
  }
});
