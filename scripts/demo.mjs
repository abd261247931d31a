// Shows the main job: real packets on loopback, one readable line for each exchange as it happens, then a summary.
import { spawnSync } from 'node:child_process';

const run = spawnSync(process.execPath, ['dist/main.js', '--demo'], { stdio: 'inherit' });
process.exit(run.status ?? 1);
