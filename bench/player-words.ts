import { fileURLToPath } from 'node:url';
import { clientInterface } from './live-network.ts';
import type { PlayerSettings } from './packet-player.ts';

const player = fileURLToPath(new URL('packet-player.ts', import.meta.url));

/** What sends a workload to the server's interface, for the client's side. */
export function playerWords(settings: Omit<PlayerSettings, 'interfaceName'>): readonly string[] {
  const all: PlayerSettings = { interfaceName: clientInterface, ...settings };
  return [process.execPath, '--import', 'tsx', player, JSON.stringify(all)];
}
