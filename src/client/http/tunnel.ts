/** Reaches the server through an HTTP proxy (CONNECT), for requests and the WebSocket alike. */
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { NetworkError, TimeoutError } from '../../errors';
import { type Sentence, say } from '../../sentences';
import type { Clock } from '../common/clock';
import { networkError } from '../common/network-errors';
import type { Secrets } from '../identity/secrets';

export interface TunnelOptions {
  readonly clock: Clock;
  /** Milliseconds the proxy has for its answer. */
  readonly timeout: number;
  /** Whether TLS is spoken with the server, through the tunnel. */
  readonly secure: boolean;
  /** Tunnels kept open for the next request. */
  readonly keep: number;
  /** Not to be told, should the proxy quote them. */
  readonly secrets: Secrets;
}

type Agent = HttpsProxyAgent<string>;

export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #options: TunnelOptions;
  readonly #where: Sentence;
  readonly #ownConnectOpts: Agent['connectOpts'];
  readonly #building = new Set<AbortController>();

  constructor(proxy: URL, options: TunnelOptions) {
    super(proxy, { keepAlive: options.keep > 0, maxFreeSockets: options.keep });
    this.#options = options;
    this.#where = say('proxy.address', { address: proxy.host });
    this.#ownConnectOpts = this.connectOpts;
  }

  // The library asks the call stack for the word "https" when a request does not say; here it is known.
  override isSecureEndpoint(): boolean {
    return this.#options.secure;
  }

  override async connect(request: ClientRequest, options: Parameters<Agent['connect']>[1]): Promise<Socket> {
    // Ending the request does not end a tunnel that is still being dug: a proxy that never answers would keep its
    // socket for good. Hence a deadline and an end of our own.
    const abort = new AbortController();
    const { clock, timeout } = this.#options;
    const slow = new TimeoutError(say('timeout.answer', { where: this.#where, seconds: timeout / 1000 }));
    const cancel = clock.setTimeout(() => abort.abort(slow), timeout);
    let status = 0;
    request.once('proxyConnect', (answer: { statusCode: number }) => {
      status = answer.statusCode;
    });
    this.#building.add(abort);
    // Read by the library before its first await, so this belongs to this call alone.
    this.connectOpts = Object.assign({ signal: abort.signal }, this.#ownConnectOpts);
    try {
      const socket = await super.connect(request, options);
      if (status === 200) return socket;
      socket.destroy();
    } catch (thrown) {
      throw networkError(
        abort.signal.aborted ? abort.signal.reason : thrown,
        this.#where,
        this.#options.secrets,
      );
    } finally {
      cancel();
      this.#building.delete(abort);
    }
    // Left to itself, the library passes the proxy's refusal off as the server's: a 407 or 403 would read as one.
    const where = this.#where;
    throw new NetworkError(
      status === 407 ? say('proxy.credentials', { where }) : say('proxy.refused', { where, status }),
    );
  }

  override destroy(): void {
    const reason = new NetworkError(say('network.givenUp'));
    for (const abort of this.#building) abort.abort(reason);
    super.destroy();
  }
}
