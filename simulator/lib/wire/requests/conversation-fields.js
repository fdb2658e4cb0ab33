'use strict';

const { RequestError } = require('../../state/errors');
const { agentNamed } = require('./lookup');

const ROLES = ['ASSIGNED_AGENT', 'AGENT', 'MANAGER', 'READER', 'CONTROLLER'];

/**
 * Each entry of an UpdateConversationField by its `field`: looks whether it is possible and gives {text, apply}. Success
 * texts: node-agent-sdk's README, lp-messaging-sdk.
 */
const FIELDS = {
  ParticipantsChange: (change) => {
    const kind = PARTICIPANTS_CHANGES[change.entry.type];
    if (kind === undefined) throw new RequestError(400, `ParticipantsChange of type ${change.entry.type} is not known`);
    return kind(change, agentNamed(change.service, change.caller, change.entry.userId));
  },

  Skill: ({ service, conversation, entry, after }) => ({
    text: 'Skill changed successfully',
    apply() {
      service.conversations.set(conversation, { skillId: String(entry.skill) });
      after.reroute = true;
    },
  }),

  ConversationStateField: ({ service, conversation, entry }) => {
    if (entry.conversationState !== 'CLOSE')
      throw new RequestError(400, `A conversation cannot become ${entry.conversationState}`);
    return {
      text: 'OK Conversation resolved successfully',
      apply: () => service.conversations.close(conversation, { by: 'AGENT' }),
    };
  },

  DialogChange: ({ service, conversation, entry }) => {
    const { dialogId, state, closedBy = 'AGENT', closedCause } = entry.dialog ?? {};
    const dialog = conversation.dialog(dialogId);
    if (dialog === undefined) throw new RequestError(400, `Dialog ${dialogId} does not exist`);
    if (state !== 'CLOSE') throw new RequestError(400, `A dialog cannot become ${state}`);
    return {
      text: 'OK Conversation resolved successfully',
      apply: () => service.conversations.closeDialog(conversation, dialog, { by: closedBy, cause: closedCause }),
    };
  },

  TTRField: plain('Update TTR ended successfully', ({ ttrType, value }, { ttr }) => ({
    ttr: { ttrType, value: value ?? ttr.value },
  })),
  ManualETTR: plain('Update manual Ettr ended successfully', ({ time }) => ({ manualETTR: Number(time) })),
  Note: plain('OK Update note success', ({ note }) => ({ note })),
  CSATRate: plain('OK CSAT processed successfully', ({ csatRate, csatResolutionConfirmation, status }) => ({
    csat: { csatRate, csatResolutionConfirmation, status },
  })),
};

const PARTICIPANTS_CHANGES = {
  ADD: ({ service, conversation, entry }, agent) => {
    const dialog = dialogOf(conversation, entry);
    const { role } = entry;
    if (!ROLES.includes(role)) throw new RequestError(400, `Role ${role} cannot be added`);
    if (dialog.participant(agent)?.role === role) throw new RequestError(400, 'Agent already exist in conversation');
    if (role === 'ASSIGNED_AGENT' && dialog.inRole(role))
      throw new RequestError(400, 'Conversation already has an assigned agent');
    return {
      text: 'OK Agent added successfully',
      apply: () => service.conversations.addParticipant(conversation, dialog, agent, role),
    };
  },

  REMOVE: ({ service, conversation, entry, caller, after }, agent) => {
    const dialog = dialogOf(conversation, entry);
    const present = dialog.participant(agent);
    if (present === undefined || (entry.role !== undefined && present.role !== entry.role)) {
      throw new RequestError(400, 'Agent does not exist in conversation');
    }
    return {
      text: 'OK Agent removed successfully',
      apply() {
        service.conversations.removeParticipant(conversation, dialog, agent);
        if (present.role !== 'ASSIGNED_AGENT' || dialog !== conversation.main) return;
        after.reroute = true;
        after.removed = true;
        if (agent === caller) after.left = agent;
      },
    };
  },

  SUGGEST: ({ service, conversation, after }, agent) => {
    if (conversation.main.participant(agent) || conversation.main.participant(agent, 'SUGGESTED')) {
      throw new RequestError(400, 'Transfer to agent failed: Agent already exist');
    }
    return {
      text: 'OK Agent suggested successfully',
      apply() {
        service.conversations.suggest(conversation, agent);
        after.reroute = true;
        after.suggested = agent;
      },
    };
  },
};

/** A field whose value is simply taken over. */
function plain(text, fieldsOf) {
  return ({ service, conversation, entry }) => ({
    text,
    apply: () => service.conversations.set(conversation, fieldsOf(entry, conversation)),
  });
}

function dialogOf(conversation, { dialogId }) {
  const dialog = dialogId === undefined || dialogId === null ? conversation.main : conversation.dialog(dialogId);
  if (dialog === undefined) throw new RequestError(400, `Dialog ${dialogId} does not exist`);
  if (!dialog.isOpen) throw new RequestError(400, `Dialog ${dialog.id} is closed`);
  return dialog;
}

/**
 * Carries out all entries of an UpdateConversationField, or none: one that is not possible fails the whole request.
 * @param {object} service
 * @param {Agent} caller
 * @param {Conversation} conversation
 * @param {object[]} entries
 * @returns {string} the success text, that of the first entry
 * @throws {RequestError} 400 for an entry that is not possible
 */
function updateConversation(service, caller, conversation, entries) {
  if (entries.length === 0) throw new RequestError(400, 'conversationField is missing');
  const after = {};
  const steps = entries.map((entry) => {
    if (!Object.hasOwn(FIELDS, entry?.field))
      throw new RequestError(400, `Conversation field ${entry?.field} is not known`);
    return FIELDS[entry.field]({ service, caller, conversation, entry, after });
  });
  for (const step of steps) step.apply();
  const unattended = conversation.main.isOpen && conversation.assignedAgent === undefined;
  if (after.reroute && unattended) {
    // Who hands a conversation over to a skill does not want it back at once; who just leaves it may be rung again.
    const handedOver = entries.some(({ field }) => field === 'Skill');
    const avoid = handedOver ? after.left : undefined;
    service.routing.enqueue(conversation, { suggested: after.suggested, avoid, transfer: after.removed });
  }
  return steps[0].text;
}

module.exports = { updateConversation };
