/** What the admin routes answer: the words between a server node's runtime and the dialogs. Times are in ms since 1970. */

import type { Said } from './sentence';

export interface KnownStream {
  name: string;
  /** Of its schema; null when it has none, nothing where the server could not be asked. */
  version?: number | string | null;
}

/** `GET stream-sea/:server/streams?name=...` */
export interface StreamList {
  streams: KnownStream[];
  /** Why the server could not be asked. */
  problem?: Said;
}

/** `GET stream-sea/:server/streams/:stream/definition` */
export interface DefinitionAnswer {
  definition: unknown;
}

/** `GET stream-sea/:server/streams/:stream/messages`: the next one that passes through the server node; none: none did for a while. */
export interface MessageList {
  messages: { at: number; message: unknown }[];
}

/**
 * `GET stream-sea/:server/streams/:stream/peek?id=...&after=...`, again and again; `DELETE stream-sea/:server/peeks/:id`.
 * With `values`, and what to draw in `field` and `by`, for a picture; `last` says how many messages are wanted.
 */
export interface PeekAnswer {
  /** `value` and `format` as the debug node sends them, long ones cut. `number` counts from 1. */
  messages: { number: number; at: number; value: string; format: string }[];
  /** All that have come since the look began. */
  count: number;
  state: 'connecting' | 'subscribed' | 'failed';
  problem?: Said;
  values?: ValuesAnswer;
}

/** Values of a field since the last question, thinned. A field is named by its path, as `place.temperature`. */
export interface ValuesAnswer {
  /** Now, where the messages come in. */
  at: number;
  /** Since when nothing is left out: before it, nobody looked. */
  since: number;
  /** Fields of numbers, and fields of texts, that were seen so far. */
  numbers: string[];
  texts: string[];
  /** `points` are time and value, oldest first. Without a dividing field there is one line, without a name. */
  lines: { name: string; points: [at: number, value: number][] }[];
  /** Whether there are values of the dividing field that have no line. */
  more: boolean;
}

/** `POST stream-sea/:server/streams/:stream/sample`, again and again; ended as a peek is. */
export interface SampleRequest {
  id: string;
  /** The number of the last message that is known already. */
  after: number;
}

/** By the client secret, where there is one, whatever a token would hide; what is too large is left out. */
export interface SampleAnswer extends Omit<PeekAnswer, 'messages'> {
  messages: { number: number; at: number; message?: unknown }[];
}

/** What of a server node was tried, in this order. */
export type TestStep = 'settings' | 'listen' | 'address' | 'tls' | 'server' | 'credentials' | 'requests';

/** `POST stream-sea/test` */
export interface TestRequest {
  /** The server node whose saved secrets stand in for those that the editor does not have. */
  id: string;
  /** As in the dialog, deployed or not. */
  settings: Record<string, unknown>;
  /** Without those that are as saved. */
  credentials: { clientId?: string; clientSecret?: string; jwt?: string; privateKey?: string };
}

export interface TestAnswer {
  steps: {
    step: TestStep;
    outcome: 'fine' | 'failed' | 'skipped';
    /** What was reached. */
    detail?: string;
    problem?: Said;
  }[];
}

/** `POST stream-sea/key-pair`: the only answer that ever holds a private key, which is nowhere else yet. PEM. */
export interface KeyPairAnswer {
  privateKey: string;
  publicKey: string;
}

/**
 * `POST stream-sea/public-key`, and `.../public-key/set`, which gives it to the server as the client's: the public half
 * of the private key that the dialog holds (a {@link TestRequest}), or that is saved. PEM.
 */
export interface PublicKeyAnswer {
  publicKey: string;
}

/** `GET stream-sea/:server/invitation`: what lets other programs in to an embedded server, as deployed. */
export interface Invitation {
  /** None for a remote server. */
  urls: string[];
  /** Whether only programs on the same machine reach it. */
  local: boolean;
  /** It is on Node-RED's own port, at `path`; the editor is below `adminRoot` there. */
  inside?: { path: string; adminRoot: string };
  /** Null: drawn at random, nobody else knows it. */
  clientId: string | null;
  /** Why it does not listen. */
  problem?: Said;
}

/** Where a node is that runs in an instance of a subflow, in ids that the editor knows. */
export interface SubflowPath {
  /** In the subflow's template. */
  node: string;
  /** The instances that it is in, the outermost first. */
  within: string[];
}

export interface ServerReport {
  /** That it runs under. */
  id: string;
  /** In a subflow only. */
  place?: SubflowPath;
  state:
    | 'idle'
    | 'connecting'
    | 'authenticating'
    | 'ready'
    | 'waiting'
    | 'refused'
    | 'closed'
    | 'misconfigured';
  since?: number;
  /** Why it is not connected. */
  reason?: Said;
  /** When it is tried again. */
  retryAt?: number;
  /** Messages that wait to be sent. */
  queued: number;
  /** A token that was given, and that nobody renews. `ending`: in the last tenth of its time, or on its last day. */
  token?: { endsAt: number; state: 'valid' | 'ending' | 'ended' };
  lastProblem?: { at: number } & Said;
  subscriptions: SubscriptionReport[];
  published: PublishingReport[];
  /** By the streams that the flows use: when a message last got through, and why the definition was refused. */
  passed: { stream: string; at?: number; refused?: number; problem?: Said }[];
  embedded?: { url: string; connections: number; streams: number; retained: number; dropped: number };
}

/** What a node is subscribed to, now. */
export interface SubscriptionReport {
  /** The id that the node runs under. */
  node: string;
  /** In a subflow only. */
  place?: SubflowPath;
  stream: string;
  delivery: 'every' | 'shared' | 'group';
  group?: string;
  status: 'pending' | 'active' | 'failed' | 'closed';
  /** Messages handed to the node since it was deployed. */
  received: number;
  /** Why the server refused it. */
  problem?: Said;
}

export interface PublishingReport {
  stream: string;
  published: number;
  refused: number;
  problem?: Said;
}

/** `GET stream-sea/servers` */
export interface Report {
  at: number;
  servers: ServerReport[];
}

/** Where a queue's messages are to go: a server's address, or the node that has it itself. Nothing: nobody knows. */
export interface QueueTarget {
  address?: string;
  /** The id of a server node. */
  server?: string;
  clientId?: string;
}

export interface QueueReport {
  /** Messages that wait, without those that a request holds. */
  count: number;
  oldestAt?: number;
  /** The oldest ones, their JSON cut. */
  first: { stream: string; at?: number; text: string }[];
  /** Why there may be more. */
  unread?: Said;
}

export interface ServerQueueReport extends QueueReport {
  /** The id of the node. */
  server: string;
  sending: 'flowing' | 'waiting' | 'refused';
  /** When it is tried again. */
  until?: number;
  /** What it waits for. */
  reason?: Said;
}

/** Messages that have no server node any more. */
export interface LeftoverReport extends QueueReport {
  key: string;
  target: QueueTarget;
  /** Otherwise they are gone when Node-RED ends. */
  onDisk: boolean;
}

/** `GET stream-sea/queues` */
export interface QueueList {
  servers: ServerQueueReport[];
  leftovers: LeftoverReport[];
}

/** `POST stream-sea/:server/queue/purge`, `POST stream-sea/leftovers/:key/purge` */
export interface PurgeAnswer {
  purged: number;
}

/** `POST stream-sea/:server/queue/send` */
export type SendNowAnswer = Record<string, never>;

/** `POST stream-sea/leftovers/:key/send`, with the id of a server node */
export interface SendRequest {
  server: string;
}

export interface SendAnswer {
  sent: number;
}

/** The body of every answer that is no success. */
export type Refused = Said;
