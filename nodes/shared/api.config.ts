/** What the admin routes answer: the words between a server node's runtime and the dialogs. Times are in ms since 1970. */

export interface KnownStream {
  name: string;
  /** Of its schema; null when it has none, or the server could not be asked. */
  version: number | string | null;
}

/** `GET stream-sea/:server/streams?name=...` */
export interface StreamList {
  streams: KnownStream[];
  /** Why the server could not be asked. */
  problem?: string;
}

/** `GET stream-sea/:server/streams/:stream/definition` */
export interface DefinitionAnswer {
  definition: unknown;
}

/** `GET stream-sea/:server/streams/:stream/messages`: those that passed through the server node, newest last. */
export interface MessageList {
  messages: { at: number; message: unknown }[];
}

/** The body of every answer that is no success. */
export interface Refused {
  message: string;
}
