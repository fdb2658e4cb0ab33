'use strict';

const { RequestError } = require('../../state/errors');
const notifications = require('../notifications');

const EVENTS = ['ContentEvent', 'RichContentEvent', 'AcceptStatusEvent', 'ChatStateEvent'];

module.exports = {
  '.ams.ms.PublishEvent': ({ service, agent, body, metadata }) => {
    const { event, messageAudience } = body;
    if (!EVENTS.includes(event?.type)) throw new RequestError(400, `Event type ${event?.type} cannot be published`);
    const { conversation, dialog } = dialogNamed(service, agent, body.dialogId ?? body.conversationId);
    const { sequence = 0 } = service.messages.publish({
      conversation,
      dialog,
      originator: agent,
      event,
      audience: messageAudience,
      metadata,
    });
    return { type: '.ams.ms.PublishEvent$Response', body: { sequence } };
  },

  '.ams.ms.QueryMessages': ({ service, agent, body }) => {
    const found = service.conversations.ofDialog(body.dialogId, agent.accountId);
    if (found === undefined) throw new RequestError(400, 'no conversation to send for MCCA');
    const range = {
      newer: numberIn(body.newerThanSequence),
      older: numberIn(body.olderThanSequence),
      quantity: numberIn(body.maxQuantity),
    };
    return {
      type: '.ams.ms.QueryMessages$Response',
      body: service.messages.history(found.dialog, agent, range).map(notifications.messageBody),
    };
  },
};

const numberIn = (value) => (value === undefined || value === null ? undefined : Number(value));

function dialogNamed(service, agent, dialogId) {
  const found = service.conversations.ofDialog(dialogId, agent.accountId);
  if (found === undefined) throw new RequestError(400, `Dialog ${dialogId} does not exist`);
  return found;
}
