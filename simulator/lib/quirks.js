'use strict';

/**
 * Oddities of notifications that clients have met in the field: each takes a notification and gives those to be sent in its
 * place. They are off until a test asks for them.
 */
const QUIRKS = {
  /** Conversation notifications come twice (lp-messaging-sdk drops such). */
  doubled: (frame) => (isConversations(frame) ? [frame, frame] : [frame]),

  /** Conversation notifications without participantsPId (seen by node-agent-sdk's tests). */
  missingPIds: (frame) => [forEachDetails(frame, (details) => delete details.participantsPId)],

  /** A role that is in participants but not in participantsPId (CONTROLLER in node-agent-sdk's tests). */
  unevenPIds: (frame) => [
    forEachDetails(frame, (details) => {
      for (const role of ['CONTROLLER', 'READER']) delete details.participantsPId?.[role];
    }),
  ],

  /** Without the last content event, as a race in the service leaves it (node-agent-sdk README). */
  missingLastContent: (frame) => [
    forEachResult(frame, (result) => {
      delete result.lastContentEventNotification;
    }),
  ],

  /** Lists of one element as the bare element (LivePerson developer docs, protocol overview; direction not stated). */
  bareElements: (frame) => [JSON.parse(JSON.stringify(frame), (key, value) => (isSingle(value) ? value[0] : value))],

  /** Fields that no client knows, which all must ignore (LivePerson developer docs, protocol overview). */
  unknownFields: (frame) => [{ ...frame, sentBy: 'simulator', body: { ...frame.body, novelty: { isNew: true } } }],
};

const isSingle = (value) => Array.isArray(value) && value.length === 1;

const isConversations = (frame) => frame.type === '.ams.aam.ExConversationChangeNotification';

const forEachDetails = (frame, alter) => forEachResult(frame, (result) => alter(result.conversationDetails));

function forEachResult(frame, alter) {
  if (!isConversations(frame)) return frame;
  const copy = structuredClone(frame);
  for (const { result } of copy.body.changes) alter(result);
  return copy;
}

/** Which oddities are on. */
class Quirks {
  #on = [];

  /**
   * @param {string[]} names those that are on from now on
   * @throws {TypeError} for one that does not exist
   */
  set(names) {
    for (const name of names) {
      if (Object.hasOwn(QUIRKS, name)) continue;
      throw new TypeError(`There is no quirk "${name}"; there are ${Object.keys(QUIRKS).join(', ')}`);
    }
    this.#on = names.map((name) => QUIRKS[name]);
  }

  /** @returns {object[]} the notifications to send in place of one */
  apply(frame) {
    return this.#on.reduce((frames, quirk) => frames.flatMap(quirk), [frame]);
  }
}

module.exports = { Quirks, QUIRKS };
