'use strict';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * What Simulator.start() understands, with its defaults. Times are in milliseconds; those marked "machine" run on the
 * machine's clock, all others on the simulator's.
 */
const DEFAULTS = {
  accountId: '12345678', // of the bot that options() describes
  port: 0, // 0: any free port
  host: 'localhost', // name under which every service is announced
  hosts: {}, // {service: name}: other names for some, e.g. {agentVep: 'vep.localhost'}
  strict: false, // true: only agents and accounts that were registered may sign in
  wait: 5 * SECOND, // machine: deadline of every wait
  logLimit: 50_000, // entries that the log keeps

  sessionIdle: 10 * MINUTE, // a session neither refreshed nor signed in for so long is over (LivePerson: "every ten minutes")
  sessionLifetime: 8 * HOUR, // sessionTTl of the login answer
  // machine: a socket without traffic for so long is dropped. LivePerson asks for traffic every 60 s; the margin is for
  // clients that ping exactly then. By the machine's clock, because a peer cannot ping through time that a test skips.
  socketIdle: 65 * SECOND,
  socketIdleCode: 1006, // with which it is dropped; undocumented (guess)

  ringExpiration: 72 * SECOND,
  ringAgain: 5 * SECOND, // pause before the same agent is rung again for the same conversation (guess)
  taskDelete: 'never', // a finished routing task is also sent as DELETE: 'never' | 'full' | 'bare' (without rings) (guess)
  keepAgentState: false, // whether an agent stays online when its last socket goes (undocumented)
  snapshotLimit: 1001, // conversations in the first notification of a subscription
  conversationIdle: 7 * 24 * HOUR, // then the service closes it
  ttr: 20 * MINUTE, // time to respond that conversations start with
  // true: closing the main dialog opens a post-conversation survey dialog; 'unattended': one in which nobody asks, for a
  // survey bot of the brand's own
  survey: false,

  fileLink: MINUTE, // how long upload and download URLs are valid
  agentSurvey: [{ id: 1, type: 'text', text: 'What was this conversation about?' }], // questions of the agent survey
  agentSurveyAutoClose: 24 * HOUR, // how long it can be answered (guess)
  notificationsFirst: false, // true: what a request causes is sent before its answer
  profile: {}, // laid over the profile of every consumer
};

/**
 * @param {object} given options of Simulator.start()
 * @returns {object} settings, complete
 * @throws {TypeError} for an option that does not exist
 */
function settingsFrom(given) {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(DEFAULTS, name)) continue;
    throw new TypeError(`Simulator.start() knows no option "${name}"; there are ${Object.keys(DEFAULTS).join(', ')}`);
  }
  // An option that is there but undefined, as an unset environment variable is, means the default.
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const settings = { ...DEFAULTS, ...Object.fromEntries(set) };
  settings.accountId = String(settings.accountId);
  return settings;
}

module.exports = { settingsFrom, DEFAULTS };
