'use strict';

const { shortId, uuid } = require('../ids');
const { Conversation, Dialog } = require('./conversation');
const { RequestError } = require('./errors');

/** All conversations, and what can become of them. */
class Conversations {
  #byId = new Map();
  #ofDialog = new Map();

  /** @param {object} service */
  constructor(service) {
    this.service = service;
  }

  get all() {
    return [...this.#byId.values()];
  }

  /** @throws {RequestError} 400 when there is none of that id in the account */
  get(id, accountId) {
    const conversation = this.#byId.get(id);
    if (conversation === undefined || conversation.accountId !== accountId) {
      throw new RequestError(400, `Conversation ${id} does not exist`);
    }
    return conversation;
  }

  /** @returns {{conversation, dialog}|undefined} */
  ofDialog(dialogId, accountId) {
    const conversation = this.#ofDialog.get(dialogId);
    if (conversation === undefined || conversation.accountId !== accountId) return undefined;
    return { conversation, dialog: conversation.dialog(dialogId) };
  }

  /**
   * Opens a conversation, which then waits for an agent of its skill.
   * @param {object} details consumer, skillId; optionally context, campaignInfo, survey, ttr (milliseconds) and agent, who
   *   is assigned at once
   * @returns {Conversation}
   */
  start({ consumer, skillId = '-1', context, campaignInfo, survey, ttr, agent }) {
    const { clock, settings } = this.service;
    const firstConversation = !consumer.hasTalked;
    consumer.hasTalked = true;
    const conversation = new Conversation({
      consumer,
      skillId,
      now: clock.now(),
      ttr: ttr ?? settings.ttr,
      context: context ?? defaultContext(),
      campaignInfo: campaignInfo ?? { campaignId: 1, engagementId: 2 },
      firstConversation,
    });
    conversation.surveyWanted = survey ?? settings.survey;
    this.#byId.set(conversation.id, conversation);
    this.#ofDialog.set(conversation.main.id, conversation);
    this.watchIdleness(conversation);
    if (agent !== undefined) this.assign(conversation, agent);
    else this.service.routing.enqueue(conversation);
    this.#changed(conversation);
    return conversation;
  }

  /** Makes an agent the assigned one, whatever it was in the conversation before. */
  assign(conversation, agent) {
    for (const dialog of conversation.dialogs.filter((one) => one.isOpen)) {
      dialog.participants = dialog.participants.filter(
        ({ person, state }) => person !== agent && !(state === 'SUGGESTED' && dialog === conversation.main),
      );
    }
    conversation.main.participants.push({ person: agent, role: 'ASSIGNED_AGENT', state: 'ACTIVE' });
    agent.conversations.add(conversation);
    this.#changed(conversation, conversation.main);
  }

  /**
   * @param {Conversation} conversation
   * @param {Dialog} dialog
   * @param {Agent} agent
   * @param {string} role
   */
  addParticipant(conversation, dialog, agent, role) {
    if (role === 'ASSIGNED_AGENT') {
      this.service.routing.cancel(conversation);
      this.assign(conversation, agent);
      return;
    }
    dialog.participants.push({ person: agent, role, state: 'ACTIVE' });
    this.#changed(conversation, dialog);
  }

  removeParticipant(conversation, dialog, agent) {
    const leaving = dialog.participant(agent);
    dialog.participants = dialog.participants.filter((one) => one !== leaving);
    if (leaving.role === 'ASSIGNED_AGENT') this.#release(conversation, agent);
    this.#changed(conversation, dialog);
  }

  /** Names an agent who is to take the conversation next (API v2.1: state SUGGESTED). */
  suggest(conversation, agent) {
    conversation.main.participants.push({ person: agent, role: 'ASSIGNED_AGENT', state: 'SUGGESTED' });
    this.#changed(conversation, conversation.main);
  }

  dropSuggestion(conversation, agent) {
    const { main } = conversation;
    main.participants = main.participants.filter(({ person, state }) => !(person === agent && state === 'SUGGESTED'));
    this.#changed(conversation, main);
  }

  /** Changes plain fields (skillId, ttr, note, …). */
  set(conversation, fields) {
    Object.assign(conversation, fields);
    this.#changed(conversation);
  }

  /**
   * Adds a dialog to a conversation.
   * @param {Conversation} conversation
   * @param {object} details as the constructor of Dialog takes them, and participants
   * @returns {Dialog}
   */
  openDialog(conversation, { participants, ...details }) {
    const dialog = new Dialog({ id: shortId(), now: this.service.clock.now(), ...details });
    dialog.participants = participants;
    conversation.dialogs.push(dialog);
    this.#ofDialog.set(dialog.id, conversation);
    this.#changed(conversation, dialog);
    return dialog;
  }

  /**
   * Closes one dialog. If it is the main one of a conversation with a survey, the survey dialog opens; when the last one
   * closes, the conversation is over (LivePerson developer docs, post-conversation survey).
   * @param {Conversation} conversation
   * @param {Dialog} dialog
   * @param {{by: string, cause?: string, survey?: boolean}} how by: AGENT, CONSUMER, TIMEOUT or SYSTEM
   */
  closeDialog(conversation, dialog, { by, cause = `Closed by ${by.toLowerCase()}`, survey = true }) {
    if (!dialog.isOpen) return;
    Object.assign(dialog, { state: 'CLOSE', endTs: this.service.clock.now(), closedBy: by, closedCause: cause });
    if (dialog === conversation.main) {
      this.service.routing.cancel(conversation);
      if (conversation.assignedAgent !== undefined) this.#release(conversation, conversation.assignedAgent);
      conversation.closeReason = by;
      if (survey && conversation.surveyWanted) this.service.surveyBot.begin(conversation);
    }
    if (conversation.stage === 'CLOSE') {
      conversation.endTs = this.service.clock.now();
      conversation.stopIdleness?.();
    }
    this.#changed(conversation, dialog);
  }

  /** Closes all dialogs, without a survey. */
  close(conversation, how) {
    for (const dialog of conversation.dialogs) this.closeDialog(conversation, dialog, { ...how, survey: false });
  }

  /** A conversation that nobody says anything in for a week is closed by the system. */
  watchIdleness(conversation) {
    if (conversation.stage === 'CLOSE') return;
    const { clock, settings } = this.service;
    conversation.idleSince = clock.now();
    // One timer a conversation, looked at when it rings: setting it anew at every message would be most of the work.
    const look = () => {
      const left = conversation.idleSince + settings.conversationIdle - clock.now();
      if (left > 0) conversation.stopIdleness = clock.after(left, look);
      else this.service.change(() => this.close(conversation, { by: 'SYSTEM', cause: 'Closed for inactivity' }));
    };
    conversation.stopIdleness ??= clock.after(settings.conversationIdle, look);
  }

  /** The agent has room for another conversation. */
  #release(conversation, agent) {
    agent.conversations.delete(conversation);
    this.service.routing.agentAvailable();
  }

  #changed(conversation, dialog) {
    const now = this.service.clock.now();
    conversation.touch(now, { metaData: true });
    if (dialog !== undefined) dialog.metaDataLastUpdateTs = now;
    this.service.outbox.changed(conversation);
  }
}

// As web messaging reports it (node-agent-sdk's tests).
const defaultContext = () => ({
  type: 'SharkContext',
  lang: 'en-US',
  clientProperties: {
    type: '.ClientProperties',
    appId: 'webAsync',
    ipAddress: '127.0.0.1',
    deviceFamily: 'DESKTOP',
    os: 'WINDOWS',
    osVersion: '10',
    integration: 'WEB_SDK',
    integrationVersion: '3.0.25',
    browser: 'CHROME',
    browserVersion: '90',
    timeZone: 'Europe/Athens',
    features: ['RICH_CONTENT', 'QUICK_REPLIES', 'MULTI_DIALOG'],
  },
  visitorId: uuid(),
  sessionId: uuid(),
  interactionContextId: '1',
});

module.exports = { Conversations };
