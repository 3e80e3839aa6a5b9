/** What the server takes and keeps for its clients before it says no: every bound of its own, as one table. */

import { SettingError } from '../errors';
import { MAX_BODY_BYTES, MAX_NAME_LENGTH } from '../protocol/constants';

/** What a bound is counted in. */
export type LimitUnit = 'bytes' | 'characters' | 'milliseconds' | 'bits' | 'levels' | 'count';

/** One bound: its default, and what it is of. */
export interface Limit {
  readonly default: number;
  readonly unit: LimitUnit;
  /** What is bounded, and what happens beyond it. */
  readonly what: string;
}

const MEBIBYTE = 1_048_576;
const DAY = 86_400_000;

/** All bounds of a server, each with its default. */
export const LIMITS = {
  maxConnections: count(10_000, 'Sockets that have proven who they are; further ones get status 503.'),
  maxJailConnections: count(5_000, 'Of these, those of one jail.'),
  maxAddressConnections: count(
    10_000,
    'Sockets from one address, proven or not; further ones are closed. A proxy is one address for all behind it.',
  ),
  maxUnauthenticated: count(
    1_000,
    'Sockets that have not yet proven who they are; one more drives out the oldest of them.',
  ),
  maxUnauthenticatedBytes: bytes(65_536, 'Sent on a WebSocket before it has proven who it is.'),
  authenticateTimeout: time(10_000, 'In which a socket must prove who it is.'),
  maxFailedLogins: count(
    10_000,
    'Pairs of an address and a client id whose failed logins are remembered, to slow them down.',
  ),
  headersTimeout: time(10_000, 'In which the headers of a request must have come.'),
  requestTimeout: time(60_000, 'In which a whole request must have come.'),
  keepAliveTimeout: time(
    75_000,
    'That an idle HTTP connection is kept: longer than any client keeps one, as reuse would race it.',
  ),
  closeTimeout: time(
    2_000,
    'That a WebSocket client has to answer a close before its socket is destroyed, once it has read what came before.',
  ),
  maxBodyBytes: bytes(
    MAX_BODY_BYTES,
    'Of an HTTP body, as sent and again after decoding: a gzip bomb is refused by its decoded size (413).',
  ),
  maxBodiesBytes: bytes(
    64 * MEBIBYTE,
    'Of all bodies at once; beyond it the largest that is still coming in is refused (503).',
  ),
  maxContainers: count(
    1_000_000,
    'Brackets that open objects or lists in one body, those in texts too (413): parsing takes its time by them.',
  ),
  maxMessages: count(2_000_000, 'Messages of one publish (413).'),
  maxFrameBytes: bytes(65_536, 'Of a WebSocket frame from a client, which only logs in and subscribes.'),
  maxTokenLength: characters(16_384, 'Of a token (JWT).'),
  maxFilterTerms: count(500, "Expressions of a token's filter, and steps of their paths."),
  maxFilterDepth: levels(32, "Of a token's filter."),
  maxKeyLength: characters(8_192, 'Of a JWT public key in PEM.'),
  maxKeyBits: {
    default: 8_192,
    unit: 'bits',
    what: 'Of a JWT public key: longer ones take long to verify with.',
  },
  maxNameLength: characters(MAX_NAME_LENGTH, "Of a stream's, client's, jail's or field's name."),
  maxDescriptionLength: characters(1_000, "Of a client's description, and of a jail's name for people."),
  maxVersionLength: characters(64, "Of a definition's version."),
  maxDefinitionBytes: bytes(MEBIBYTE, 'Of a definition, as it is sent.'),
  maxFields: count(10_000, 'Fields of a definition, at all depths.'),
  maxFieldDepth: levels(100, 'Fields within fields.'),
  maxEnumValues: count(10_000, 'Values of all enums of a definition.'),
  maxVector: count(10_000, 'Streams whose versions one request asks for.'),
  maxStreams: count(10_000, 'Streams with a schema in one jail.'),
  maxDefinitionsBytes: bytes(32 * MEBIBYTE, 'Of all definitions of one jail.'),
  maxClients: count(10_000, 'Clients in one jail.'),
  maxJails: count(1_000, 'Jails.'),
  maxSubscriptions: count(10_000, 'Subscriptions on one connection.'),
  maxJailSubscriptions: count(50_000, 'Subscriptions of one jail.'),
  maxBufferedBytes: bytes(
    16_384,
    'That wait in this process for one connection that reads slowly; what is beyond them waits in the log.',
  ),
  retainedMessages: count(
    10_000,
    'Messages that one group without members may have before it; the oldest go first.',
  ),
  retainedBytes: bytes(
    64 * MEBIBYTE,
    'Of all messages kept in one jail; the oldest of the stream with most go first, but never the newest request.',
  ),
  passingBytes: bytes(
    24 * MEBIBYTE,
    'Of the messages of one stream that wait for nobody but subscribers to everything; who is further behind is cut off.',
  ),
  retainedGroups: count(
    10_000,
    'Groups of one jail that are remembered without members; the longest vacant are forgotten first.',
  ),
  retainedAge: time(7 * DAY, 'That a group is remembered without members, while the server runs.'),
} as const satisfies Record<string, Limit>;

/** Names a bound of a server. */
export type LimitName = keyof typeof LIMITS;

/** The bounds of a server; the table in guide/limits.md says what each is of. */
export type ServerLimits = Record<LimitName, number>;

/** @throws SettingError for a limit that is not a positive whole number, or that there is not. */
export function limitsOf(given: Partial<Record<LimitName, number | undefined>> = {}): Readonly<ServerLimits> {
  const defaults = Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, limit.default]));
  const limits: Record<string, number> = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(LIMITS, name)) throw new SettingError(`The server has no limit ${name}.`);
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new SettingError(
        `The server's limit ${name} should be a positive whole number, but is ${value}.`,
      );
    }
    limits[name] = value;
  }
  return limits as ServerLimits;
}

function bytes(amount: number, what: string): Limit {
  return { default: amount, unit: 'bytes', what };
}

function characters(amount: number, what: string): Limit {
  return { default: amount, unit: 'characters', what };
}

function time(amount: number, what: string): Limit {
  return { default: amount, unit: 'milliseconds', what };
}

function levels(amount: number, what: string): Limit {
  return { default: amount, unit: 'levels', what };
}

function count(amount: number, what: string): Limit {
  return { default: amount, unit: 'count', what };
}
