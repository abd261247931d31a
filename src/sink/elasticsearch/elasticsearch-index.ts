/** What stands for the date of a record in the name of an index. */
export const datePlaceholder = '%{+yyyy.MM.dd}';
const microsPerDay = 86_400_000_000;

/** Gives the name of the index for a time in microseconds since the epoch, by its date in UTC. */
export function createIndexNamer(index: string): (time: number) => string {
  if (!isDated(index)) return () => index;
  let day = Number.NaN;
  let name = '';
  return (time) => {
    const itsDay = Math.floor(time / microsPerDay);
    if (itsDay !== day) {
      day = itsDay;
      const date = new Date(itsDay * 86_400_000).toISOString().slice(0, 10);
      name = index.replaceAll(datePlaceholder, date.replaceAll('-', '.'));
    }
    return name;
  };
}

export function isDated(index: string): boolean {
  return index.includes(datePlaceholder);
}

/** What matches every index of this name and little else. */
export function indexPattern(index: string): string {
  return index.replaceAll(datePlaceholder, '*.*.*');
}

/** A name without the date; empty when there is nothing else. */
export function undatedName(index: string): string {
  return index.replaceAll(datePlaceholder, '').replace(/^[-_.]+|[-_.]+$/g, '');
}
