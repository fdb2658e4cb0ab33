'use strict';

/**
 * Plays a script of conversations: what the command line takes with --script. A script is a list of conversations, or an
 * object {conversations, agents, faults, settings}; see the README.
 */

/** What a step of a conversation may say, by its one key. */
const STEPS = {
  says: ({ part }, message) => part.says(message),
  hears: async ({ part, heard }, pattern) => {
    heard.message = await part.next();
    const text = textOf(heard.message.event);
    if (pattern !== true && !new RegExp(pattern).test(text)) {
      throw new Error(`heard ${JSON.stringify(text)}, which does not match /${pattern}/`);
    }
  },
  reads: ({ part, heard }) => part.reads(heard.message ?? 0),
  types: ({ part }) => part.types(),
  pauses: ({ part }) => part.pauses(),
  rates: ({ part }, rate) => part.rates(rate),
  closes: ({ part }) => part.closes(),
  isAccepted: ({ part }) => part.accepted(),
  isClosed: ({ part }) => part.closed(),
  advances: ({ simulator }, delay) => simulator.clock.advance(delay),
};

const textOf = ({ message, ...event }) => (typeof message === 'string' ? message : JSON.stringify(message ?? event));

/**
 * @param {*} script parsed JSON
 * @returns {{conversations: object[], agents: object[], faults: object[], settings: object}}
 * @throws {TypeError} that says what is wrong with it, and where
 */
function scriptFrom(script) {
  const {
    conversations,
    agents = [],
    faults = [],
    settings = {},
  } = Array.isArray(script) ? { conversations: script } : (script ?? {});
  if (!Array.isArray(conversations))
    throw new TypeError('A script is a list of conversations, or has one as "conversations"');
  conversations.forEach(({ steps }, at) => {
    if (!Array.isArray(steps)) throw new TypeError(`Conversation ${at + 1} of the script has no list of "steps"`);
    for (const step of steps) {
      const [name, ...others] = Object.keys(step);
      if (others.length === 0 && Object.hasOwn(STEPS, name)) continue;
      const text = JSON.stringify(step);
      throw new TypeError(
        `Conversation ${at + 1} has a step ${text}; a step has one of ${Object.keys(STEPS).join(', ')}`,
      );
    }
  });
  return { conversations, agents, faults, settings };
}

/**
 * Registers the agents and faults of a script, waits for a bot, and plays all conversations at once.
 * @param {object} simulator
 * @param {object} script from scriptFrom()
 * @param {Function} report takes a line about each conversation as it ends
 * @returns {Promise<boolean>} whether all went as scripted
 */
async function playScript(simulator, { conversations, agents, faults }, report) {
  for (const agent of agents) simulator.agent(agent);
  for (const { step, ...fault } of faults) simulator.fails(step, fault);
  const anyBot = () => simulator.connections.some((connection) => connection.isOpen);
  await simulator.waits.until('a bot to connect', anyBot, { within: Infinity });
  const outcomes = await Promise.all(conversations.map((one, at) => play(simulator, one, at + 1, report)));
  return outcomes.every(Boolean);
}

async function play(simulator, { consumer, steps, ...details }, number, report) {
  const context = { simulator, heard: {} };
  let done = 0;
  try {
    context.part = await simulator.consumer(consumer).startConversation(details);
    for (const step of steps) {
      const [[name, value]] = Object.entries(step);
      await STEPS[name](context, value);
      done++;
    }
    report(`conversation ${number}: all ${done} steps done`);
    return true;
  } catch (error) {
    report(
      `conversation ${number}: step ${done + 1} ${JSON.stringify(steps[done] ?? details)} failed: ${error.message}`,
    );
    return false;
  }
}

module.exports = { scriptFrom, playScript };
