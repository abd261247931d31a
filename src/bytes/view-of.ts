/** A view of the same bytes; reading integers with it is cheaper than by methods of a buffer. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
