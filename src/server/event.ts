/** What happens at the server, as data, for whoever keeps a log of it. Nothing in it is a secret. */

export type ServerEvent =
  | {
      readonly kind: 'client connected';
      readonly clientId: string;
      readonly jailId: string;
      readonly method: 'basic' | 'jwt';
      /** Of the other end, as the socket has it. */
      readonly address: string;
    }
  | { readonly kind: 'client disconnected'; readonly clientId: string; readonly address: string }
  | {
      readonly kind: 'login failed';
      /** As it was given, but not at any length. */
      readonly clientId: string;
      readonly address: string;
      readonly over: 'http' | 'websocket';
      /** Of this client from this address, in a row. Of very many in a second only some are told. */
      readonly failures: number;
    };
