'use strict';

const { list, object, objects, text } = require('./shape');

/**
 * `.ams.aam.ExConversationChangeNotification`: conversations with new-style ids for their participants, and the
 * agent's own role. A conversation that cannot be read does not keep the others from the bot.
 *
 * @type {import('./index').Transform}
 */
function conversationChange(message, me) {
  const changes = list(object(message.body, 'body').changes, 'changes');
  const errors = [];
  const readable = changes.filter((change) => {
    try {
      if (hasResult(change)) check(change.result);
      return true;
    } catch (error) {
      errors.push(error);
      return false;
    }
  });
  if (errors.length > 0 && readable.length === 0) return { errors, received: message, nothingLeft: true };

  // What the errors show must stay as it was received while the rest of the message is rewritten.
  const received = errors.length > 0 ? JSON.parse(JSON.stringify(message)) : message;
  const warnings = [];
  message.type = 'cqm.ExConversationChangeNotification';
  if (errors.length > 0) message.body.changes = readable;
  for (const change of readable) if (hasResult(change)) rewrite(change.result, me, warnings);
  return { errors, received, warnings };
}

const hasResult = (change) => change !== null && Boolean(change.result);

/** Throws for a conversation that `rewrite` could not handle. */
function check(result) {
  const details = object(object(result, 'result').conversationDetails, 'conversationDetails');
  idsByRole(details.participants, 'participants');
  if (!details.participantsPId) {
    throw new Error(`participantsPId key property is missing on notification for convId ${text(result.convId)}`);
  }
  idsByRole(details.participantsPId, 'participantsPId');
  for (const dialog of objects(details.dialogs, 'dialogs')) {
    if (isMessaging(dialog) && dialog.participantsDetails) objects(dialog.participantsDetails, 'participantsDetails');
  }
}

function idsByRole(value, name) {
  for (const role of Object.keys(object(value, name))) list(value[role], `${name}.${role}`);
}

const isMessaging = (dialog) => dialog.channelType !== 'COBROWSE';

/** Here `delete` is the faster way: the objects are big, and most of their fields stay (measured). */
function rewrite(result, me, warnings) {
  const details = result.conversationDetails;
  const { participants, participantsPId } = details;

  delete result.lastUpdateTime;
  delete result.numberOfunreadMessages;
  delete details.convId;
  delete details.note;
  delete details.groupId;
  delete details.csatRate;
  delete details.participantsPId;
  details.participants = Object.keys(participantsPId).flatMap((role) =>
    participantsPId[role].map((id) => ({ id, role })),
  );

  const myRole = Object.keys(participants)
    .filter((role) => participants[role].includes(me))
    .pop();
  if (myRole !== undefined) details.__myRole = myRole;
  details.getMyRole = function getMyRole() {
    return details.__myRole;
  };

  for (const dialog of details.dialogs) {
    if (isMessaging(dialog)) rewriteDialog(dialog, result.convId, participants, participantsPId, warnings);
  }
}

function rewriteDialog(dialog, convId, participants, participantsPId, warnings) {
  const { channelType, participantsDetails } = dialog;
  if (channelType && channelType !== 'MESSAGING') warnings.push(`Unknown channelType: ${text(channelType)}`);
  if (!participantsDetails) {
    warnings.push(`Invalid dialog information, participantsDetails is missing ${JSON.stringify(dialog)}`);
    return;
  }
  const seen = new Map();
  for (const participant of participantsDetails) {
    const role = text(participant.role);
    const place = seen.get(role) || 0;
    seen.set(role, place + 1);
    if (hasOwn(participantsPId, role)) {
      const old = hasOwn(participants, role) ? participants[role] : [];
      const id = newId(participant, place, old, participantsPId[role]);
      if (id !== undefined) participant.id = id;
    } else if (participant.state !== 'SUGGESTED') {
      warnings.push(`invalid participant on conversation ${text(convId)} - ${JSON.stringify(participant)}`);
    }
  }
}

/**
 * The two lists of a role are parallel: the place of the old id in the one is that of the new id in the other. Where
 * the old id is not listed its place among the dialog's participants has to do, but not for a suggested agent: being
 * listed nowhere yet, they would take the id of the one who is assigned.
 */
function newId(participant, place, oldIds, newIds) {
  const index = oldIds.indexOf(participant.id);
  if (index >= 0 && index < newIds.length) return newIds[index];
  return participant.state === 'SUGGESTED' ? undefined : newIds[place];
}

const hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

module.exports = { conversationChange };
