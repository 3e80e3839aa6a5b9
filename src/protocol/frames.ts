/**
 * The WebSocket's frames (P20 to P29): their types, one parser for each direction, and their JSON text.
 * A test, a client and a server all speak through this file, so none can drift from the others.
 */

import { ProtocolError } from '../errors';
import { say, type Words } from '../sentences';
import { MAX_NESTING } from './constants';
import { hiddenText, isRecord, parseJson, wrong } from './json';

/** Of a client's first frame, which authenticates it (P21). */
export const AUTHENTICATION_ID = 1;

export type Authentication =
  | { type: 'basic'; clientId: string; clientSecret: string }
  | { type: 'jwt'; clientId: string; jwt: string };

export interface AuthenticateFrame {
  id: number;
  action: 'authenticate';
  payload: Authentication;
}

export interface SubscribeFrame {
  id: number;
  action: 'subscribe';
  /** The stream's name. */
  payload: string;
  /** A UUID; without one the subscription belongs to the client's default group (P27). */
  groupId?: string;
}

export type ClientFrame = AuthenticateFrame | SubscribeFrame;

export interface AuthenticateReply {
  id: number;
  action: 'authenticate';
  success: boolean;
  jailId?: string;
  error?: string;
}

/**
 * An answer to a subscribe, or a message delivered for it. The frame alone does not tell: the first reply answers the
 * subscribe, every other one delivers (P24), so the holder of the subscription decides.
 */
export interface SubscriptionReply {
  id: number;
  action: 'subscription';
  /** Says `success: false`; anything else that stands there, or nothing, is as good as true. */
  refuses: boolean;
  payload?: unknown;
  error?: string;
}

export type ServerFrame = AuthenticateReply | SubscriptionReply;

/** @throws ProtocolError that names the property at fault. */
export function parseClientFrame(text: string): ClientFrame {
  const frame = parseEnvelope(text);
  switch (frame.action) {
    case 'authenticate':
      return { id: frame.id, action: 'authenticate', payload: parseAuthentication(frame.payload) };
    case 'subscribe': {
      const stream = requireString(frame.payload, 'payload');
      const { groupId } = frame;
      if (groupId === undefined || groupId === null)
        return { id: frame.id, action: 'subscribe', payload: stream };
      return {
        id: frame.id,
        action: 'subscribe',
        payload: stream,
        groupId: requireString(groupId, 'groupId'),
      };
    }
    default:
      throw wrong('action', either('"authenticate"', '"subscribe"'), frame.action);
  }
}

/**
 * @throws ProtocolError that names the property at fault.
 *
 * `subscribe` is taken for `subscription`: the specification's prose names the one, every running server
 * sends the other (P25).
 */
export function parseServerFrame(text: string): ServerFrame {
  return parseShortDelivery(text) ?? parseAnyServerFrame(text);
}

/** What {@link deliveryHead} writes, where the stream's name needs no escapes. */
const DELIVERY_HEAD =
  /\{"id":[1-9]\d{0,14},"action":"subscription","streamName":"[ !#-[\]-\uffff]*","payload":/y;
const BEFORE_ID = '{"id":'.length;

/** Two brackets a level: a text that is no longer cannot nest too deep. */
const MAX_SHORT = 2 * MAX_NESTING;

/**
 * A short delivery as all servers write it, of which only the message need be parsed: the envelope of a small one is much
 * of the work. If what lies between the head and the last bracket is JSON, then the frame is JSON and that its payload.
 * Nothing: any other frame, or none.
 */
function parseShortDelivery(text: string): SubscriptionReply | undefined {
  if (text.length > MAX_SHORT || !text.endsWith('}')) return undefined;
  DELIVERY_HEAD.lastIndex = 0;
  if (!DELIVERY_HEAD.test(text)) return undefined;
  try {
    const payload: unknown = JSON.parse(text.slice(DELIVERY_HEAD.lastIndex, -1));
    const id = Number(text.slice(BEFORE_ID, text.indexOf(',', BEFORE_ID)));
    return { id, action: 'subscription', refuses: false, payload };
  } catch {
    // Another key behind it, or a mistake.
    return undefined;
  }
}

function parseAnyServerFrame(text: string): ServerFrame {
  const frame = parseEnvelope(text);
  switch (frame.action) {
    case 'authenticate': {
      if (typeof frame.success !== 'boolean') throw wrong('success', say('expected.boolean'), frame.success);
      const reply: AuthenticateReply = { id: frame.id, action: 'authenticate', success: frame.success };
      if (isRecord(frame.payload) && typeof frame.payload.jailId === 'string')
        reply.jailId = frame.payload.jailId;
      return withError(reply, frame.error);
    }
    case 'subscription':
    case 'subscribe': {
      const refuses = frame.success === false;
      const reply: SubscriptionReply = {
        id: frame.id,
        action: 'subscription',
        refuses,
        payload: frame.payload,
      };
      return withError(reply, frame.error);
    }
    default:
      throw wrong('action', either('"authenticate"', '"subscription"'), frame.action);
  }
}

/**
 * The id to answer with when a text was meant as an authentication, but {@link parseClientFrame} refuses it; nothing when
 * it was not even that.
 */
export function failedAuthenticationId(text: string): number | undefined {
  try {
    const frame = parseJson(text);
    if (!isRecord(frame) || frame.action !== 'authenticate') return undefined;
    return hasId(frame) ? frame.id : AUTHENTICATION_ID;
  } catch {
    return undefined;
  }
}

export function encodeClientFrame(frame: ClientFrame): string {
  return JSON.stringify(frame);
}

export function encodeAuthenticateReply(id: number, outcome: { jailId: string } | { error: string }): string {
  return JSON.stringify(
    'error' in outcome
      ? { id, action: 'authenticate', success: false, error: { message: outcome.error } }
      : { id, action: 'authenticate', success: true, payload: { jailId: outcome.jailId } },
  );
}

/** Its `payload` is the subscription's key, which is its id: old clients look their subscription up by it (P26). */
export function encodeSubscriptionAnswer(
  id: number,
  outcome: { streamName: string } | { error: string },
): string {
  return JSON.stringify(
    'error' in outcome
      ? { id, action: 'subscription', success: false, error: { message: outcome.error } }
      : { id, action: 'subscription', success: true, streamName: outcome.streamName, payload: id },
  );
}

/** What stands before the message, as JSON text, in each delivery of a subscription; a bracket ends it. */
export function deliveryHead(id: number, streamName: string): string {
  return `{"id":${id},"action":"subscription","streamName":${JSON.stringify(streamName)},"payload":`;
}

type Envelope = Record<string, unknown> & { id: number };

function parseEnvelope(text: string): Envelope {
  const frame = parseJson(text);
  if (!isRecord(frame)) throw wrong(say('place.frame'), say('expected.jsonObject'), frame);
  if (!hasId(frame)) throw wrong('id', say('expected.positiveInteger'), frame.id);
  return frame;
}

function hasId(frame: Record<string, unknown>): frame is Envelope {
  return Number.isSafeInteger(frame.id) && Number(frame.id) >= 1;
}

function parseAuthentication(payload: unknown): Authentication {
  if (!isRecord(payload)) throw wrong('payload', say('expected.object'), payload);
  const clientId = requireString(payload.clientId, 'payload.clientId');
  switch (payload.type) {
    case 'basic':
      return {
        type: 'basic',
        clientId,
        clientSecret: requireSecret(payload.clientSecret, 'payload.clientSecret'),
      };
    case 'jwt':
      return { type: 'jwt', clientId, jwt: requireSecret(payload.jwt, 'payload.jwt') };
    default:
      throw wrong('payload.type', either('"basic"', '"jwt"'), payload.type);
  }
}

function requireString(value: unknown, property: string): string {
  if (typeof value !== 'string') throw wrong(property, say('expected.string'), value);
  return value;
}

/** As {@link requireString}, but the error never shows what came instead. */
function requireSecret(value: unknown, property: string): string {
  if (typeof value !== 'string') throw new ProtocolError(hiddenText(property));
  return value;
}

/** Servers write `{"message": ...}`; a bare string is understood too. */
function withError<Reply extends { error?: string }>(reply: Reply, error: unknown): Reply {
  const text = isRecord(error) ? error.message : error;
  if (typeof text === 'string') reply.error = text;
  return reply;
}

function either(one: string, other: string): Words {
  return say('expected.either', { one, other });
}
