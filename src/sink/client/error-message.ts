/**
 * What OpenSSL writes: the error's number, library and function, then the reason, then maybe a source file and more.
 */
const opensslMessage = /error:[\da-f]{8}:[^:]*:[^:]*:([^:\n]+)/i;

/** The message of an error in one line; of one from OpenSSL only the reason, which is all that helps. */
export function errorMessage(error: Error): string {
  const { message, library, reason } = error as Error & { library?: unknown; reason?: unknown };
  // Others have a reason, too, which is only a part of the message.
  const [, written] = opensslMessage.exec(message) ?? [];
  const said = typeof library === 'string' && typeof reason === 'string' ? reason : (written ?? message);
  return said.replaceAll(/\s+/g, ' ').trim();
}
