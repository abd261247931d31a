import type { HttpConnection, Upgrade, UpgradeListenerFactory } from './http/http-connection.ts';
import { TunnelLayer } from './stream/layers/tunnel.ts';
import type { StreamListener } from './tcp/stream.ts';
import type { Counters } from './telemetry/counters.ts';
import { WebSocketLayer } from './websocket/websocket-layer.ts';

/** Those that are read as what they are, by name. To add one, add a row; any other is a tunnel, as CONNECT is. */
const upgrades: ReadonlyMap<string | undefined, UpgradeListenerFactory> = new Map([
  [
    'websocket',
    ({ agreement, exchange }, { client }) => {
      const hasExtensions = agreement.extensions.length > 0;
      return new WebSocketLayer({ client, hasExtensions, session: exchange.agreed(agreement) });
    },
  ],
]);

/**
 * Makes what hears a connection, or a stream, on which both sides have agreed to speak something else; `openHttp2` if
 * that is HTTP/2, which is no session: there are more exchanges.
 */
export function createUpgrades(counters: Counters, openHttp2: UpgradeListenerFactory): UpgradeListenerFactory {
  return (upgrade, place) => {
    if (upgrade.agreement.upgrade === 'h2c') return openHttp2(upgrade, place);
    counters.http_tunnels++;
    const open = upgrades.get(upgrade.agreement.upgrade) ?? openTunnel;
    return open(upgrade, place);
  };
}

function openTunnel({ agreement, exchange }: Upgrade, { connection, client, inside }: HttpConnection): StreamListener {
  return new TunnelLayer(connection, { client, inside, session: exchange.agreed(agreement) });
}
