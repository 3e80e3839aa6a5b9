/**
 * What a saved `stream-sea-server` node holds. Property names and defaults are public API: a flow saved with
 * them must load for ever. Numbers may be saved as text, and any value may be an `${ENV}` reference.
 */
export interface ServerConfig {
  name: string;
  where: 'embedded' | 'remote';
  /** Embedded: a port of its own, or Node-RED's, below its HTTP root; host and port count for nothing then. */
  listenOn: 'port' | 'node-red';
  /**
   * Remote: the server's name or address, with the path that it is below, if any. Embedded: the address to listen on,
   * 127.0.0.1 when left at its default.
   */
  host: string;
  /** Remote and blank: 443 when `secure`, else 80. Embedded and blank: any free port. */
  port: string;
  /** Embedded: the origins of web pages that may use it from a browser, by commas; `*` for all. Blank: none. */
  cors: string;
  secure: boolean;
  /** Id of a core `tls-config` node. */
  tls: string;
  /** Id of a core `http proxy` node. */
  proxy: string;
  /** `key`: tokens are made here, with the private key among the credentials, and renewed before they end. */
  auth: 'basic' | 'jwt' | 'key';
  /** Seconds that a token made here is valid. */
  tokenLifetime: number;
  /** A token made here lets in only subscriptions that get every message. */
  mustFanout: boolean;
  /** A filter expression as JSON text: which messages a token made here shows. Blank: all of them. */
  filter: string;
  autoConnect: boolean;
  offline: 'fail' | 'memory' | 'disk';
  /** Messages that may wait for the network. */
  queueLimit: number;
  /** What goes when that many wait, and another comes. */
  whenFull: 'refuse' | 'dropOldest';
  /** Seconds that a message may wait; 0: for ever. */
  maxAge: number;
  /** Seconds. */
  requestTimeout: number;
  /** Seconds without a word from the server after which the connection counts as dead. */
  silenceTimeout: number;
}

/** What Node-RED keeps apart from the flow file, encrypted. A private key is PEM, PKCS #8 or PKCS #1. */
export const CREDENTIALS = ['clientId', 'clientSecret', 'jwt', 'privateKey'] as const;

export type ServerCredentials = { [Name in (typeof CREDENTIALS)[number]]?: string };

export const WHERE = ['embedded', 'remote'] as const;
export const LISTEN_ON = ['port', 'node-red'] as const;
export const AUTH = ['basic', 'jwt', 'key'] as const;
export const OFFLINE = ['fail', 'memory', 'disk'] as const;
export const WHEN_FULL = ['refuse', 'dropOldest'] as const;

export const SERVER_DEFAULTS: ServerConfig = {
  name: '',
  where: 'embedded',
  listenOn: 'port',
  host: 'localhost',
  port: '',
  cors: '',
  secure: false,
  tls: '',
  proxy: '',
  auth: 'basic',
  tokenLifetime: 3600,
  mustFanout: false,
  filter: '',
  autoConnect: true,
  offline: 'memory',
  queueLimit: 10_000,
  whenFull: 'refuse',
  maxAge: 0,
  requestTimeout: 15,
  silenceTimeout: 75,
};
