/** What a saved `stream-sea-in` node holds; names and defaults are public API (see stream-sea-server.config). */
export interface InConfig {
  name: string;
  server: string;
  stream: string;
  /** `every`: each message; `shared`: shared with this client's other subscriptions; `group`: with a named group. */
  delivery: 'every' | 'shared' | 'group';
  /** A UUID, or any name: the same name is the same group everywhere. */
  group: string;
  /** 1: the node has an input and is controlled by messages. */
  inputs: 0 | 1;
}

export const DELIVERY = ['every', 'shared', 'group'] as const;

export const IN_DEFAULTS: InConfig = {
  name: '',
  server: '',
  stream: '',
  delivery: 'every',
  group: '',
  inputs: 0,
};
