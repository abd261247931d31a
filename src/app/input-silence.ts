/**
 * For a capture that is only there to be watched, where nothing else tells that its reader has left: a container hears
 * nothing of a `kubectl` that is gone. Resolves when standard input has ended, or nothing has come from it for
 * `timeoutMs`, to why: the end of a sentence. What comes is not looked at.
 */
export function inputSilence(timeoutMs: number): Promise<string> {
  const { stdin } = process;
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs, `nothing has come from standard input for ${timeoutMs / 1000} s`);
    const ended = () => resolve('standard input has ended');
    stdin.on('data', () => timer.refresh()).once('end', ended);
    // A terminal that has gone away.
    stdin.once('error', ended);
  });
}
