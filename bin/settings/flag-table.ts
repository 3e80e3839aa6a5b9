/** The program's flags: their names, what they take, what they are for. Parsing and `--help` go by this one list. */

export interface Flag {
  /** What stands for its value in `--help`; none: it is a switch. */
  readonly value?: string;
  readonly about: string;
  /** May be given more than once, and several at a time, by commas. */
  readonly list?: true;
  /** Not told by a variable of the environment: it is about this one call. */
  readonly callOnly?: true;
}

export const FLAGS = {
  host: { value: 'ADDRESS', about: 'the address to listen on: 127.0.0.1; 0.0.0.0 or :: for everybody' },
  port: { value: 'NUMBER', about: 'the port to listen on: 8080; 0 for any free one' },
  engine: {
    value: 'NAME',
    about: 'memory, disk or jetstream: where streams are kept; else what --folder or --nats says, or memory',
  },
  folder: { value: 'PATH', about: 'disk: the folder, which is made when it is not there' },
  durability: {
    value: 'WORD',
    about: 'disk: what a publish waits for: written (to the system: the default) or flushed (to the disk)',
  },
  nats: {
    value: 'ADDRESSES',
    list: true,
    about: 'jetstream: NATS servers, as in nats://a:4222,nats://b:4222',
  },
  'nats-credentials': { value: 'FILE', about: 'jetstream: a .creds file to sign in to NATS with' },
  'nats-prefix': {
    value: 'NAME',
    about: 'jetstream: of all that is made in NATS: stream-sea; another one is another sea',
  },
  replicas: {
    value: 'NUMBER',
    about: 'jetstream: how many NATS servers hold what is kept: 1 (the default), 3 or 5',
  },
  'tls-cert': { value: 'FILE', about: 'TLS: the certificate and its chain, PEM; SIGHUP reads it anew' },
  'tls-key': { value: 'FILE', about: 'TLS: its private key, PEM' },
  cors: {
    value: 'ORIGINS',
    list: true,
    about: 'web pages that may use the server, as in https://a.example; * for all',
  },
  limit: { value: 'NAME=NUMBER', list: true, about: 'another bound than the default, as in maxStreams=1000' },
  probes: { value: 'WORD', about: 'on (the default) or off: GET /health and GET /metrics, for anybody' },
  log: {
    value: 'LEVEL',
    about: 'debug, info (the default), warn or error: what is logged, as JSON on stdout',
  },
  healthy: {
    callOnly: true,
    about: 'ask a server with the same settings for its health, and end: 0 for well',
  },
  check: { callOnly: true, about: 'say whether all of this makes sense, and end' },
  help: { callOnly: true, about: 'say this, and end' },
  version: { callOnly: true, about: 'say the version, and end' },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof FLAGS;

export const FLAG_NAMES = Object.keys(FLAGS) as FlagName[];

export const PREFIX = 'STREAM_SEA_';

/** `tls-cert` is `STREAM_SEA_TLS_CERT`. */
export function variableOf(name: FlagName): string {
  return PREFIX + name.toUpperCase().replaceAll('-', '_');
}

/** Read from the environment alone: what stands on a command line is seen by everybody on the machine. */
export const ONLY_VARIABLES = {
  STREAM_SEA_CLIENT_ID: 'the first client',
  STREAM_SEA_CLIENT_SECRET: 'its secret',
  STREAM_SEA_CLIENT_SECRET_FILE: 'or a file that holds the secret',
  STREAM_SEA_NATS_USER: 'jetstream: a user to sign in to NATS as',
  STREAM_SEA_NATS_PASSWORD: 'and the password',
} as const;

export type VariableName = keyof typeof ONLY_VARIABLES;

export function flagOf(name: FlagName): Flag {
  return FLAGS[name];
}
