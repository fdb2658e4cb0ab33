'use strict';

const { uuid } = require('../ids');

/** One dialog of a conversation: who takes part and what was said. */
class Dialog {
  constructor({ id, type = 'MAIN', channel = 'MESSAGING', now, metaData }) {
    this.id = id;
    this.type = type;
    this.channel = channel;
    this.state = 'OPEN';
    this.creationTs = now;
    this.endTs = undefined;
    this.closedBy = undefined;
    this.closedCause = undefined;
    this.metaDataLastUpdateTs = now;
    this.metaData = metaData;
    // {person, role, state: 'ACTIVE' | 'SUGGESTED'}
    this.participants = [];
    // Everything published, chat states included, in order. Those have no sequence and are not part of the history.
    this.events = [];
    // Map of a person to the Set of sequences of content by others that the person has not reported as read.
    this.unread = new Map();
    this.nextSequence = 0;
  }

  get isOpen() {
    return this.state === 'OPEN';
  }

  participant(person, state = 'ACTIVE') {
    return this.participants.find((one) => one.person === person && one.state === state);
  }

  inRole(role) {
    return this.participants.find((one) => one.role === role && one.state === 'ACTIVE')?.person;
  }
}

/** A conversation of a consumer with a brand. */
class Conversation {
  constructor({ id = uuid(), consumer, skillId, now, ttr, context, campaignInfo, firstConversation = false }) {
    this.id = id;
    this.accountId = consumer.accountId;
    this.consumer = consumer;
    this.skillId = String(skillId);
    this.startTs = now;
    this.endTs = undefined;
    this.closeReason = undefined;
    this.ttr = { ttrType: 'NORMAL', value: ttr / 1000 };
    this.manualETTR = undefined;
    this.delay = undefined;
    this.note = '';
    this.csat = undefined;
    this.context = context;
    this.campaignInfo = campaignInfo;
    this.firstConversation = firstConversation;
    this.metaDataLastUpdateTs = now;
    this.lastUpdateTime = now;
    this.surveyWanted = false;
    this.lastContent = undefined;
    const main = new Dialog({ id: this.id, now });
    main.participants.push({ person: consumer, role: 'CONSUMER', state: 'ACTIVE' });
    this.dialogs = [main];
  }

  get main() {
    return this.dialogs[0];
  }

  /** @returns {string} the state of the main dialog (LivePerson developer docs, post-conversation survey) */
  get state() {
    return this.main.state;
  }

  /** @returns {string} OPEN as long as any dialog is */
  get stage() {
    return this.dialogs.some((dialog) => dialog.isOpen) ? 'OPEN' : 'CLOSE';
  }

  /** @returns {Dialog} where messages go now: the open messaging dialog, or the last there was */
  get current() {
    const messaging = this.dialogs.filter((dialog) => dialog.channel === 'MESSAGING');
    return messaging.find((dialog) => dialog.isOpen) ?? messaging[messaging.length - 1];
  }

  get assignedAgent() {
    return this.main.inRole('ASSIGNED_AGENT');
  }

  dialog(id) {
    return this.dialogs.find((dialog) => dialog.id === id);
  }

  /** @returns {{person, role}[]} who takes part in any dialog, suggested agents not among them, each once per role */
  get participants() {
    const seen = new Map();
    for (const dialog of this.dialogs) {
      for (const { person, role, state } of dialog.participants) {
        if (state === 'ACTIVE') seen.set(`${role} ${person.id}`, { person, role });
      }
    }
    return [...seen.values()];
  }

  isSuggested(agent) {
    return this.dialogs.some((dialog) => dialog.isOpen && dialog.participant(agent, 'SUGGESTED'));
  }

  involves(agent) {
    return this.participants.some(({ person }) => person === agent);
  }

  /** @returns {number} content events by others that the person has not reported as read */
  unreadBy(person) {
    return this.dialogs.reduce((sum, dialog) => sum + (dialog.unread.get(person)?.size ?? 0), 0);
  }

  touch(now, { metaData = false } = {}) {
    this.lastUpdateTime = now;
    if (metaData) this.metaDataLastUpdateTs = now;
  }
}

const isContent = ({ event }) => event.type === 'ContentEvent' || event.type === 'RichContentEvent';

module.exports = { Conversation, Dialog, isContent };
