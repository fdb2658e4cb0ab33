'use strict';

/** A request the service refuses: becomes a string response with that code. */
class RequestError extends Error {
  /**
   * @param {number} code HTTP semantics: 400 and up
   * @param {string} message the body of the answer
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

module.exports = { RequestError };
