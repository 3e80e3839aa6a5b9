/** The kinds of values that a typed field may hold, as flow files name them. */

/** Where a stream's name comes from. */
export type StreamType = 'str' | 'msg' | 'flow' | 'global' | 'env' | 'jsonata';

/** Where what is published comes from. */
export type PayloadType = 'msg' | 'flow' | 'global' | 'str' | 'json' | 'env' | 'jsonata';

/** The first is what an older flow means, which has none. */
export const STREAM_TYPES = ['str', 'msg', 'flow', 'global', 'env', 'jsonata'] as const;

export const PAYLOAD_TYPES = ['msg', 'flow', 'global', 'str', 'json', 'env', 'jsonata'] as const;

/** In front of the key in a context, where it is of a store other than the default one. */
export const CONTEXT_STORE = /^#:\(.*?\)::/;
