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
    const { service, caller, entry } = change;
    if (!Object.hasOwn(PARTICIPANTS_CHANGES, entry.type)) {
      throw new RequestError(400, `ParticipantsChange of type ${entry.type} is not known`);
    }
    return PARTICIPANTS_CHANGES[entry.type](change, agentNamed(service, caller, entry.userId));
  },

  Skill: ({ service, conversation, entry, plan }) => {
    plan.reroute = true;
    plan.toSkill = true;
    return {
      text: 'Skill changed successfully',
      apply: () => service.conversations.set(conversation, { skillId: String(entry.skill) }),
    };
  },

  ConversationStateField: ({ service, caller, conversation, entry }) => {
    if (entry.conversationState !== 'CLOSE') {
      throw new RequestError(400, `A conversation cannot become ${entry.conversationState}`);
    }
    return {
      text: 'OK Conversation resolved successfully',
      apply: () => service.conversations.close(conversation, { by: sideOf(caller) }),
    };
  },

  DialogChange: ({ service, caller, conversation, entry }) => {
    const { dialogId, state, closedBy = sideOf(caller), closedCause } = entry.dialog ?? {};
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
  ADD: ({ service, conversation, entry, plan }, agent) => {
    const dialog = dialogOf(conversation, entry);
    const { role } = entry;
    if (!ROLES.includes(role)) throw new RequestError(400, `Role ${role} cannot be added`);
    const present = plan.remaining(dialog, agent);
    if (present?.role === role) throw new RequestError(400, 'Agent already exist in conversation');
    const assigned = dialog.inRole('ASSIGNED_AGENT');
    if (role === 'ASSIGNED_AGENT' && assigned && plan.remaining(dialog, assigned)) {
      throw new RequestError(400, 'Conversation already has an assigned agent');
    }
    return {
      text: 'OK Agent added successfully',
      apply: () => service.conversations.addParticipant(conversation, dialog, agent, role),
    };
  },

  REMOVE: ({ service, conversation, entry, caller, plan }, agent) => {
    const dialog = dialogOf(conversation, entry);
    const present = plan.remaining(dialog, agent);
    if (present === undefined || (entry.role !== undefined && present.role !== entry.role)) {
      throw new RequestError(400, 'Agent does not exist in conversation');
    }
    plan.leaving.add(present);
    if (present.role === 'ASSIGNED_AGENT' && dialog === conversation.main) {
      plan.reroute = true;
      plan.transfer = true;
      if (agent === caller) plan.left = agent;
    }
    return {
      text: 'OK Agent removed successfully',
      apply: () => service.conversations.removeParticipant(conversation, dialog, agent),
    };
  },

  SUGGEST: ({ service, conversation, plan }, agent) => {
    const { main } = conversation;
    if (plan.remaining(main, agent) || main.participant(agent, 'SUGGESTED') || plan.suggested === agent) {
      throw new RequestError(400, 'Transfer to agent failed: Agent already exist');
    }
    plan.reroute = true;
    plan.suggested = agent;
    return {
      text: 'OK Agent suggested successfully',
      apply: () => service.conversations.suggest(conversation, agent),
    };
  },
};

const sideOf = ({ isConsumer }) => (isConsumer ? 'CONSUMER' : 'AGENT');

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

/** What the entries of one request have in mind together, while they are looked at and before any is carried out. */
class Plan {
  // Participants that earlier entries take out.
  leaving = new Set();
  reroute = false;
  transfer = false;
  toSkill = false;
  left = undefined;
  suggested = undefined;

  /** @returns {object|undefined} the participation of an agent, unless an earlier entry ends it */
  remaining(dialog, agent) {
    return dialog.participants.find((one) => one.person === agent && one.state === 'ACTIVE' && !this.leaving.has(one));
  }
}

/**
 * Carries out all entries of an UpdateConversationField, or none: one that is not possible fails the whole request.
 * @param {object} service
 * @param {Agent|Consumer} caller
 * @param {Conversation} conversation
 * @param {object[]} entries
 * @returns {string} the success text, that of the first entry
 * @throws {RequestError} 400 for an entry that is not possible
 */
function updateConversation(service, caller, conversation, entries) {
  if (entries.length === 0) throw new RequestError(400, 'conversationField is missing');
  const plan = new Plan();
  const steps = entries.map((entry) => {
    if (!Object.hasOwn(FIELDS, entry?.field)) {
      throw new RequestError(400, `Conversation field ${entry?.field} is not known`);
    }
    return FIELDS[entry.field]({ service, caller, conversation, entry, plan });
  });
  for (const step of steps) step.apply();
  const isUnattended = conversation.main.isOpen && conversation.assignedAgent === undefined;
  if (plan.reroute && isUnattended) {
    // Who hands a conversation over to a skill does not want it back at once; who just leaves it may be rung again.
    const avoid = plan.toSkill ? plan.left : undefined;
    service.routing.enqueue(conversation, { suggested: plan.suggested, avoid, transfer: plan.transfer });
  }
  return steps[0].text;
}

module.exports = { updateConversation };
