import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { newerSegment, spoolVersion } from '../sink/spool/spool-version.ts';
import { amount } from '../telemetry/amount.ts';

/** What `--check` says of the spool. The logger works without it, so this is no reason to refuse. */
export function describeSpool({ delivery: { spool }, sinks }: Settings): readonly string[] {
  const { directory, limitBytes } = spool;
  if (directory === undefined) return [];
  const problem = spoolProblem(directory);
  const use =
    problem === undefined
      ? `, up to ${amount(limitBytes, 'byte')} for each sink`
      : ` cannot be used: ${problem}; the logger would go on without it`;
  const warnings = sinks.sendLogsTo.flatMap((name) => newerSpoolWarning(name, join(directory, name)));
  return [`spool:         ${directory}${use}`, ...warnings];
}

/**
 * The directory is made when it is not there, but not what it is in. Nothing is written, so for root some problems show
 * only later.
 */
function spoolProblem(directory: string): string | undefined {
  const place = existsSync(directory) ? directory : dirname(directory);
  try {
    if (!statSync(place).isDirectory()) return `${place} is not a directory`;
    accessSync(place, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function newerSpoolWarning(name: string, directory: string): readonly string[] {
  const newer = newerSegment(filesIn(directory));
  if (newer === undefined) return [];
  return [
    `warning:       the spool of ${name} was left by a later version of the logger (${newer.file}; this one knows ` +
      `version ${spoolVersion} at most): it would stay as it is, and records for ${name} would wait in memory`,
  ];
}

/** None where it is not there or cannot be read. */
function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
