import { type Conflict, ConflictList, type GivenValues } from '../conflict-list.ts';
import { type FileValues, fileVariables } from './variables.ts';

/** What is missing when the sink is chosen, and variables that are fine alone but not together. */
export function fileConflicts({ isGiven, isChosen }: GivenValues<FileValues>): readonly Conflict<keyof FileValues>[] {
  const conflicts = new ConflictList(isGiven);
  const hasPath = isGiven('FILE_PATH');
  if (isChosen && !hasPath) conflicts.add('SEND_LOGS_TO=file needs FILE_PATH, the file that records are appended to.');
  if (isChosen) return conflicts.found;
  for (const name of Object.keys(fileVariables) as (keyof FileValues)[]) conflicts.needs(name, 'FILE_PATH', hasPath);
  return conflicts.found;
}
