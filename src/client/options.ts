/** What a client may be told, its defaults, and how it is read. */
import type { Agent } from 'node:http';
import { SettingError } from '../errors';
import { MAX_BATCH_BYTES, MAX_BATCH_MESSAGES } from '../protocol/constants';
import { problemAt } from '../protocol/json';
import { atLeast, callable, choice, flag, record, wrong } from '../protocol/values';
import { say } from '../sentences';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './common/backoff';
import { type Clock, systemClock } from './common/clock';
import type { TlsOptions, TransportOptions } from './http/transport';
import { type Credentials, parseCredentials } from './identity/credentials';
import { Secrets } from './identity/secrets';
import { memoryOutbox, type Outbox } from './outbox/outbox';
import type { BatchLimits } from './publish/entry';
import type { OutboundSettings } from './publish/outbound';

/** Times are in milliseconds. */
export interface ClientOptions {
  /** `http(s)://host[:port][/prefix]`; the WebSocket's address follows from it. */
  readonly url: string;
  readonly credentials: Credentials;
  /** What `tls.connect` takes. Certificates are checked unless `rejectUnauthorized` is false. */
  readonly tls?: TlsOptions | undefined;
  /** `http://user:password@proxy:3128`: requests and the WebSocket go through it by CONNECT. */
  readonly proxy?: string | undefined;
  /** Instead of `tls` and `proxy`, for requests and the WebSocket. The caller closes it. */
  readonly agent?: Agent | undefined;
  /** From the first try to the open WebSocket. Default: 15,000. */
  readonly connectTimeout?: number | undefined;
  /** From the open WebSocket to the answer to the authentication. Default: 15,000. */
  readonly authenticateTimeout?: number | undefined;
  /** For a whole HTTP exchange. Default: 15,000. */
  readonly requestTimeout?: number | undefined;
  /** Without a sign of life, a ping included, the connection is given up (P23). Default: 75,000. */
  readonly silenceTimeout?: number | undefined;
  /** False: connects only by `connect()`. Default: true. */
  readonly autoConnect?: boolean | undefined;
  /**
   * `memory` (default): messages wait for the network, and are tried again. `fail`: tried once, and refused at once while
   * nobody answers requests, the credentials rest, or it was disconnected by hand; the WebSocket alone decides nothing.
   */
  readonly offline?: 'fail' | 'memory' | undefined;
  /** Messages that may wait, all streams together. Default: 10,000. */
  readonly queueLimit?: number | undefined;
  /** When as many wait as may: `refuse` the newest (default), or `dropOldest` to make room for it. */
  readonly whenFull?: 'refuse' | 'dropOldest' | undefined;
  /** How long a message may wait, told of within a hundredth of it and a second; 0 (default): for ever. */
  readonly maxAge?: number | undefined;
  /** Messages (500) and bytes of JSON text (1,000,000) that leave together, at the most. */
  readonly batch?: { readonly [Name in keyof BatchLimits]?: BatchLimits[Name] | undefined } | undefined;
  readonly backoff?:
    | {
        /** The longest first wait. Default: 1,000. */
        readonly first?: number | undefined;
        /** No wait is longer. Default: 60,000. */
        readonly max?: number | undefined;
        /** A connection that was ready for this long wipes out the failures before it. Default: 30,000. */
        readonly stableAfter?: number | undefined;
        /** How long refused credentials rest. Default: 300,000. */
        readonly refusedFor?: number | undefined;
      }
    | undefined;
  /** How long a subscription, or the connection, given back lives on for its successor. Default: 1,000. */
  readonly grace?: number | undefined;
  /** Where waiting messages are kept. Default: in memory only. */
  readonly outbox?: Outbox | undefined;
  /** For tests. */
  readonly clock?: Clock | undefined;
  /** For tests: 0 or more, below 1. */
  readonly random?: (() => number) | undefined;
}

/** Options read: everything is there, and makes sense. The secrets are those of the credentials and the proxy. */
export interface Settings extends TransportOptions, OutboundSettings {
  readonly credentials: Credentials;
  readonly authenticateTimeout: number;
  readonly requestTimeout: number;
  readonly silenceTimeout: number;
  readonly autoConnect: boolean;
  readonly retry: RetryPolicy;
}

const OFFLINE = ['memory', 'fail'] as const;
const WHEN_FULL = ['refuse', 'dropOldest'] as const;

/** @throws SettingError that names the option at fault; a secret is never in it. */
export function parseOptions(given: ClientOptions): Settings {
  const options = record('options', given) as unknown as ClientOptions;
  const { tls, agent, outbox, clock, random } = options;
  const batch: NonNullable<ClientOptions['batch']> = record('batch', options.batch ?? {});
  const backoff: NonNullable<ClientOptions['backoff']> = record('backoff', options.backoff ?? {});
  const { backoff: waits, stableAfter, refusedFor } = DEFAULT_RETRY_POLICY;
  const credentials = parseCredentials(options.credentials);
  const proxyUrl =
    options.proxy === undefined ? undefined : parseAddress('proxy', 'http://host:3128', options.proxy);
  return {
    url: parseUrl(options.url),
    credentials,
    secrets: new Secrets(credentials, proxyUrl),
    tls: tls === undefined ? {} : (record('tls', tls) as TlsOptions),
    proxy: proxyUrl,
    agent: agent === undefined ? undefined : withMethods('agent', agent, ['addRequest']),
    connectTimeout: atLeast(1, 'connectTimeout', options.connectTimeout, 15_000),
    authenticateTimeout: atLeast(1, 'authenticateTimeout', options.authenticateTimeout, 15_000),
    requestTimeout: atLeast(1, 'requestTimeout', options.requestTimeout, 15_000),
    silenceTimeout: atLeast(1, 'silenceTimeout', options.silenceTimeout, 75_000),
    autoConnect: flag('autoConnect', options.autoConnect) ?? true,
    offline: options.offline === undefined ? 'memory' : choice('offline', OFFLINE, options.offline),
    queueLimit: atLeast(1, 'queueLimit', options.queueLimit, 10_000),
    whenFull: options.whenFull === undefined ? 'refuse' : choice('whenFull', WHEN_FULL, options.whenFull),
    maxAge: atLeast(0, 'maxAge', options.maxAge, 0),
    batch: {
      messages: atLeast(1, 'batch.messages', batch.messages, MAX_BATCH_MESSAGES),
      bytes: atLeast(1, 'batch.bytes', batch.bytes, MAX_BATCH_BYTES),
    },
    retry: {
      backoff: {
        first: atLeast(1, 'backoff.first', backoff.first, waits.first),
        max: atLeast(1, 'backoff.max', backoff.max, waits.max),
      },
      stableAfter: atLeast(0, 'backoff.stableAfter', backoff.stableAfter, stableAfter),
      refusedFor: atLeast(0, 'backoff.refusedFor', backoff.refusedFor, refusedFor),
    },
    grace: atLeast(0, 'grace', options.grace, 1_000),
    outbox:
      outbox === undefined
        ? memoryOutbox
        : withMethods('outbox', outbox, ['open', 'accept', 'settle', 'close']),
    clock: clock === undefined ? systemClock : withMethods('clock', clock, ['now', 'elapsed', 'setTimeout']),
    random: random === undefined ? Math.random : callable('random', random),
  };
}

function parseUrl(text: unknown): URL {
  const url = parseAddress('url', 'https://host:443', text);
  if (url.username !== '' || url.password !== '') {
    throw new SettingError(problemAt('url', say('value.user')));
  }
  if (url.search !== '' || url.hash !== '') {
    throw new SettingError(problemAt('url', say('value.query')));
  }
  return url;
}

function parseAddress(name: string, example: string, text: unknown): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol) && url.port !== '0') return url;
  // Not quoted as it is: people put passwords into addresses.
  const shown = typeof text === 'string' ? text.replace(/[^/]*@/, '') : text;
  throw wrong(name, say('expected.like', { example }), shown);
}

function withMethods<Value extends object>(name: string, value: Value, methods: readonly string[]): Value {
  const fields = record(name, value);
  for (const method of methods) callable(`${name}.${method}`, fields[method] as CallableFunction);
  return value;
}
