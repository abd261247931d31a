/** Says a sentence the first time that the function it returns is called. */
export function sayOnce(say: (sentence: string) => void, sentence: string): () => void {
  let isSaid = false;
  return () => {
    if (isSaid) return;
    isSaid = true;
    say(sentence);
  };
}
