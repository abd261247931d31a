"""A server or a client of grpcio: `server PORT`, or `client HOST PORT`, of the calls in ../../calls.ts."""
import json
import queue
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc

SERVICE = "peers.Peer"
DEADLINE_S = 0.2
FAILURE = "no “Zürich” here at 100 %"
METADATA = (("x-text", "plain words"), ("x-data-bin", b"\x00\x01\xfe\xff"))
LARGE = b"\x0a\x80\x80\x40" + b"x" * (1 << 20)


def message(index):
    text = b"message %d" % index
    return bytes([0x0A, len(text)]) + text


def echo(request, context):
    return request


def annotate(request, context):
    found = tuple((name, value) for name, value in context.invocation_metadata() if name in dict(METADATA))
    context.send_initial_metadata(found)
    context.set_trailing_metadata(found)
    return request


def fail(request, context):
    context.abort(grpc.StatusCode.NOT_FOUND, FAILURE)


def silence(request, context):
    ended = threading.Event()
    if context.add_callback(ended.set):
        ended.wait()
    return request


def collect(requests, context):
    return list(requests)[-1]


def spread(request, context):
    for _ in range(5):
        yield request


def chat(requests, context):
    yield from requests


def stay(requests, context):
    """Waits for the client to cancel."""
    yield from requests
    silence(None, context)


def serve(port):
    unary = grpc.unary_unary_rpc_method_handler
    handlers = {
        "Echo": unary(echo),
        "Large": unary(echo),
        "Annotate": unary(annotate),
        "Fail": unary(fail),
        "Silence": unary(silence),
        "Collect": grpc.stream_unary_rpc_method_handler(collect),
        "Spread": grpc.unary_stream_rpc_method_handler(spread),
        "Chat": grpc.stream_stream_rpc_method_handler(chat),
        "Leave": grpc.stream_stream_rpc_method_handler(stay),
    }
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_insecure_port(f"0.0.0.0:{port}")
    server.start()
    print('{"listening":true}', flush=True)
    server.wait_for_termination()


class Sender:
    """Messages for a stream of the client, which ends when there are enough."""

    def __init__(self):
        self.sent = []
        self._waiting = queue.SimpleQueue()

    def send(self):
        self.sent.append(message(len(self.sent)))
        self._waiting.put(self.sent[-1])

    def end(self):
        self._waiting.put(None)

    def __iter__(self):
        return iter(self._waiting.get, None)


def report(method, call, sent, received):
    print(json.dumps({
        "method": method,
        "status": call.code().value[0],
        "message": call.details() or "",
        "sent": len(sent),
        "received": len(received),
        "sent_bytes": sum(map(len, sent)),
        "received_bytes": sum(map(len, received)),
    }), flush=True)


def path(method):
    return f"/{SERVICE}/{method}"


def unary(channel, method, request=message(0), **options):
    try:
        response, call = channel.unary_unary(path(method)).with_call(request, **options)
        report(method, call, [request], [response])
    except grpc.RpcError as error:
        report(method, error, [request], [])


def collect_all(channel):
    sent = [message(index) for index in range(5)]
    response, call = channel.stream_unary(path("Collect")).with_call(iter(sent))
    report("Collect", call, sent, [response])


def take_all(channel):
    call = channel.unary_stream(path("Spread"))(message(0))
    report("Spread", call, [message(0)], list(call))


def talk(channel, method, count):
    """Sends the next message when the one before has come back."""
    sender, received = Sender(), []
    call = channel.stream_stream(path(method))(iter(sender))
    for _ in range(count):
        sender.send()
        received.append(next(call))
    if method == "Leave":
        call.cancel()
    else:
        sender.end()
        received.extend(call)
    report(method, call, sender.sent, received)
    sender.end()


def call_all(address):
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        unary(channel, "Echo")
        unary(channel, "Annotate", metadata=METADATA)
        unary(channel, "Fail")
        unary(channel, "Large", LARGE)
        collect_all(channel)
        take_all(channel)
        talk(channel, "Chat", 5)
        unary(channel, "Silence", timeout=DEADLINE_S)
        talk(channel, "Leave", 2)
        unary(channel, "Missing")


if sys.argv[1] == "server":
    serve(sys.argv[2])
else:
    call_all(":".join(sys.argv[2:]))
