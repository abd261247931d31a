// Of an exchange that is a call of gRPC, what its messages say of that.
import { type Call, OpenCall } from '../grpc/open-call.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { OpenMessage } from './open-message.ts';

/** The head of the request has come. */
export function askedCall(request: OpenMessage<RequestHead>): OpenCall | undefined {
  const call = request.seen && OpenCall.ofRequest(request.seen);
  request.reader = call?.requestReader();
  return call;
}

/** The head of the response has come: it tells what a call is whose request does not. */
export function answeredCall(
  asked: OpenCall | undefined,
  request: OpenMessage<RequestHead>,
  response: OpenMessage<ResponseHead>,
): OpenCall | undefined {
  const head = response.seen;
  if (head === undefined) return asked;
  const isKnown = asked !== undefined || request.seen?.headers.undecoded === 0;
  const call = isKnown ? asked : OpenCall.ofResponse(head);
  response.reader = call?.responseReader(head);
  return call;
}

export function callSoFar(open: OpenCall | undefined, response: OpenMessage<ResponseHead>): Call | undefined {
  const { seen: head, trailersSeen: trailers, hasEnded } = response;
  const call = open ?? (trailers && OpenCall.ofTrailers(trailers));
  return call?.snapshot(head && { head, trailers, hasEnded });
}
