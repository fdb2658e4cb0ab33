'use strict';

const { RequestError } = require('./errors');
const { isContent } = require('./conversation');

/** Publishing into dialogs, and their history. */
class Messages {
  /** @param {object} service */
  constructor(service) {
    this.service = service;
  }

  /**
   * Publishes an event. Everybody in the dialog gets it, the sender too; private ones stay among the brand's people.
   * Content and accept/read events take the dialog's next sequence, chat states take none (LivePerson developer docs,
   * Messaging Agent SDK).
   * @param {object} message conversation, dialog, originator (a person), event, audience ('ALL' | 'AGENTS_AND_MANAGERS'),
   *   metadata (list | undefined)
   * @returns {object} what was published
   * @throws {RequestError} when the dialog is closed or the originator takes no part in it
   */
  publish({ conversation, dialog, originator, event, audience = 'ALL', metadata }) {
    const participant = dialog.participant(originator);
    if (participant === undefined) throw new RequestError(400, 'Agent does not exist in conversation');
    if (!dialog.isOpen) throw new RequestError(400, `Dialog ${dialog.id} is closed`);
    const now = this.service.clock.now();
    const published = { conversation, dialog, originator, role: participant.role, event, audience, metadata, at: now };
    if (event.type !== 'ChatStateEvent') published.sequence = dialog.nextSequence++;
    dialog.events.push(published);
    for (const { person } of activeParticipants(dialog)) {
      if (mayRead(person, published)) this.service.outbox.add(() => this.service.deliverMessage(person, published));
    }
    if (published.sequence !== undefined) this.#account(published, now);
    return published;
  }

  /**
   * @param {Dialog} dialog
   * @param {Agent} reader
   * @param {{newer?: number, older?: number, quantity?: number}} range newer: from that sequence on, inclusive (a client
   *   asks with 0 for everything, and the first event has sequence 0); older: below that sequence; quantity: the newest so many
   * @returns {object[]} published events, oldest first; chat states are not kept
   */
  history(dialog, reader, { newer = 0, older = Infinity, quantity = Infinity } = {}) {
    const found = dialog.events.filter(
      (one) => one.sequence !== undefined && one.sequence >= newer && one.sequence < older && mayRead(reader, one),
    );
    return quantity < found.length ? found.slice(found.length - quantity) : found;
  }

  #account(published, now) {
    const { conversation, dialog, originator, event, sequence } = published;
    conversation.touch(now);
    this.service.conversations.watchIdleness(conversation);
    if (isContent(published)) {
      conversation.lastContent = published;
      for (const { person } of activeParticipants(dialog)) {
        if (person === originator || !mayRead(person, published)) continue;
        if (!dialog.unread.has(person)) dialog.unread.set(person, new Set());
        dialog.unread.get(person).add(sequence);
      }
    } else if (event.status === 'READ') {
      // A list of one element may come as the bare element (LivePerson developer docs, protocol overview).
      for (const read of [event.sequenceList ?? []].flat()) dialog.unread.get(originator)?.delete(Number(read));
    }
    this.service.outbox.changed(conversation);
    if (dialog.type === 'POST_SURVEY' && originator.isConsumer && isContent(published)) {
      this.service.surveyBot.answered(conversation, dialog);
    }
  }
}

const activeParticipants = (dialog) => dialog.participants.filter(({ state }) => state === 'ACTIVE');

const mayRead = (person, { audience }) => audience !== 'AGENTS_AND_MANAGERS' || !person.isConsumer;

module.exports = { Messages, mayRead };
