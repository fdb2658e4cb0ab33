'use strict';

// An agent bot: accepts what rings, says back what it hears, marks it as read, and closes on "#close".

const { onMessage } = require('../common/messages');
const { acceptRings } = require('../common/rings');
const { say } = require('../common/say');
const { steadyAgent } = require('../common/steady-agent');

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
