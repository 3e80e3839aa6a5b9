/** What a server is started with, as programs give it: what makes no sense is known before anything is opened. */

import type { Engine } from '../engine/engine';
import type { StoreOptions } from '../engine/open';
import { atLeast, callable, choice, flag, list, record, wrong } from '../protocol/values';
import { say, type Warn } from '../sentences';
import type { ServerEvent } from './event';
import type { CorsOption } from './http/cors';
import type { LimitName } from './limits';
import type { Certificate } from './listening/listener';
import { Mount } from './listening/mount';

/** What a server may be told. */
export interface ServerOptions {
  /** The address to listen on; 127.0.0.1, so that nobody else gets in, unless told otherwise. */
  host?: string | undefined;
  /** 0 or absent: any free one. */
  port?: number | undefined;
  /** The first jail and its first client; drawn at random when absent, for whoever started the server alone. */
  jail?: { jailId?: string | undefined; clientId: string; clientSecret: string } | undefined;
  limits?: Partial<Record<LimitName, number | undefined>> | undefined;
  /** Milliseconds between pings; 25,000. */
  pingInterval?: number | undefined;
  /**
   * What streams, clients and jails are kept in. It is the server's from now on, which closes it.
   *
   * @internal
   */
  engine?: Engine | undefined;
  /**
   * Without an engine: keeps definitions, clients and jails over restarts, and what lasting groups have not yet received.
   * The folder is this server's alone; absent: all is kept in memory, and gone with the server. The client of `jail`
   * always has the secret that is given there.
   */
  store?: StoreOptions | undefined;
  /** A second way in, at another program's HTTP server, whose TLS it has. It is given up by whoever made it. */
  mount?: Mount | undefined;
  /** On the server's own port. Absent: without TLS. */
  tls?: Certificate | undefined;
  /** Answers `GET /health` and `GET /metrics`, which want no credentials. */
  probes?: boolean | undefined;
  /** Web pages of other origins that may publish and define from a browser (CORS); absent: none. */
  cors?: CorsOption | undefined;
  /** Milliseconds since 1970; tokens expire by it. */
  now?: (() => number) | undefined;
  /** Told of faults of the server itself. What clients do wrong is none: they are told, and nobody else. */
  onError?: ((error: unknown) => void) | undefined;
  /** Told in words, and in the same as data: a damaged store that was set aside, messages that a group missed. */
  onWarning?: Warn | undefined;
  /**
   * Told of each stream of the first jail that has a schema from now on, or another one.
   *
   * @internal
   */
  onSchema?: ((stream: string) => void) | undefined;
  /** Told what happens, for a log. */
  onEvent?: ((event: ServerEvent) => void) | undefined;
}

const DURABILITY = ['written', 'flushed'] as const;

/** Of kinds; what a port, a limit or an origin may be is said where it is needed. @throws SettingError */
export function checkOptions(options: ServerOptions): void {
  const { host, jail, limits, pingInterval, store, mount, tls, probes, cors } = options;
  filled('host', host);
  if (jail !== undefined) {
    record('jail', jail);
    // Whether they are ids and a secret that a client may have, is not asked of anything else.
    filled('jail.jailId', jail.jailId);
    for (const name of ['clientId', 'clientSecret'] as const) textual(`jail.${name}`, jail[name]);
  }
  if (limits !== undefined) record('limits', limits);
  // Anything else made setInterval go round at once.
  atLeast(1, 'pingInterval', pingInterval, 1);
  if (store !== undefined) {
    const { folder, durability = 'written' } = record('store', store);
    if (folder === undefined) throw wrong('store.folder', say('expected.someString'), folder);
    filled('store.folder', folder);
    choice('store.durability', DURABILITY, durability);
  }
  if (mount !== undefined && !(mount instanceof Mount)) throw wrong('mount', say('expected.object'), mount);
  if (tls !== undefined) {
    const { cert, key } = record('tls', tls);
    textual('tls.cert', cert);
    textual('tls.key', key);
  }
  flag('probes', probes);
  if (cors !== undefined && typeof cors !== 'string') list('cors', cors);
  for (const name of ['now', 'onError', 'onWarning', 'onSchema', 'onEvent'] as const) {
    const told: unknown = options[name];
    if (told !== undefined) callable(name, told as CallableFunction);
  }
}

function filled(name: string, value: unknown): void {
  if (value === '' || (value !== undefined && typeof value !== 'string')) {
    throw wrong(name, say('expected.someString'), value);
  }
}

function textual(name: string, value: unknown): void {
  if (typeof value !== 'string') throw wrong(name, say('expected.someString'), value);
}
