'use strict';

const { SDKError } = require('./errors');
const { milliseconds } = require('./settings');

/** How long the bot may take, in ms, unless `httpTimeout` says otherwise. */
const TIMEOUT = 30000;

/**
 * Asks the bot for a token, the option `tokenProvider`.
 *
 * @param {{ tokenProvider: () => Promise<{ token: string, userId?: string }>, httpTimeout?: * }} conf
 * @param {(error: SDKError|null, provided?: { token: string, userId?: string }) => void} settle called once, later
 */
async function askForToken({ tokenProvider, httpTimeout }, settle) {
  const timeout = milliseconds(httpTimeout) || TIMEOUT;
  let timer;
  try {
    const lapse = new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms`)), timeout);
    });
    const provided = await Promise.race([(async () => tokenProvider())(), lapse]);
    if (!provided || !provided.token) throw new Error('it gave no token');
    process.nextTick(settle, null, { token: String(provided.token), userId: provided.userId });
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    const failure = new SDKError(`Error on tokenProvider: ${cause.message}`, null, 'authentication.login', cause);
    process.nextTick(settle, failure);
  } finally {
    clearTimeout(timer);
  }
}

module.exports = { askForToken };
