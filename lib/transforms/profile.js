'use strict';

const { object } = require('./shape');

/**
 * `.ams.userprofile.GetUserProfile$Response`: the consumer's profile as a list of engagement attributes (SDEs), those
 * the brand vouches for first, then two made of what the consumer told.
 *
 * @type {import('./index').Transform}
 */
function userProfile(message) {
  const profile = object(message.body, 'body');
  message.body = [...claimed(profile), ...authenticated(profile), ...told(profile)];
}

function claimed({ claims, acr }) {
  return attributes(claims).map((sde) => ({ ...sde, acr, iss: claims.iss }));
}

function authenticated({ authenticatedData }) {
  return attributes(authenticatedData).map((sde) => ({ ...sde, auth: {} }));
}

function told({ firstName, lastName, privateData }) {
  const { mobileNum, email, userId } = privateData || {};
  const contact = filled({ email, phone: mobileNum });
  const info = filled({ imei: mobileNum, customerId: userId });
  const personal = filled({ firstname: firstName, lastname: lastName, contacts: contact && [contact] });
  const sdes = [];
  if (info) sdes.push({ type: 'ctmrinfo', info });
  if (personal) sdes.push({ type: 'personal', personal });
  return sdes;
}

/** The SDEs of a part of the profile. Deleted personal data leaves a text in their place. */
function attributes(part) {
  if (!part || !Array.isArray(part.lp_sdes)) return [];
  return part.lp_sdes.map((sde) => object(sde, 'an entry of lp_sdes'));
}

/** The fields that have something in them, or undefined where none has. */
function filled(fields) {
  const entries = Object.entries(fields).filter(([, value]) => value);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

module.exports = { userProfile };
