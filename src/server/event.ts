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
      /** As it was given. */
      readonly clientId: string;
      readonly address: string;
      readonly over: 'http' | 'websocket';
    };
