/** What is saved of a `stream-sea-in`: names and defaults are public API (see stream-sea-server.config). */

export const IN_STREAM_TYPES = ['str', 'env', 'flow', 'global'] as const;

export interface FurtherStream {
  stream: string;
  delivery: 'every' | 'shared' | 'group';
  group: string;
}

/** What a saved `stream-sea-in` node holds. */
export interface InConfig {
  name: string;
  server: string;
  /** What it is depends on the type; of a context, it is read when the flows have started. */
  stream: string;
  streamType: (typeof IN_STREAM_TYPES)[number];
  /** `every`: each message; `shared`: shared with this client's other subscriptions; `group`: with a named group. */
  delivery: 'every' | 'shared' | 'group';
  /** A UUID, or any name: the same name is the same group everywhere. */
  group: string;
  /** Further ones. */
  streams: FurtherStream[];
  /** 1: the node has an input and is controlled by messages. */
  inputs: 0 | 1;
}

export const DELIVERY = ['every', 'shared', 'group'] as const;

export const IN_DEFAULTS: InConfig = {
  name: '',
  server: '',
  stream: '',
  streamType: 'str',
  delivery: 'every',
  group: '',
  streams: [],
  inputs: 0,
};
