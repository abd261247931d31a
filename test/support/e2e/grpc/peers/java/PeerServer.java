import static io.grpc.stub.ServerCalls.asyncBidiStreamingCall;
import static io.grpc.stub.ServerCalls.asyncClientStreamingCall;
import static io.grpc.stub.ServerCalls.asyncServerStreamingCall;
import static io.grpc.stub.ServerCalls.asyncUnaryCall;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls.UnaryMethod;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;

/** What the server answers. */
final class PeerServer {
  private static final String FAILURE = "no “Zürich” here at 100 %";
  private static final UnaryMethod<byte[], byte[]> ECHO = (request, answers) -> {
    answers.onNext(request);
    answers.onCompleted();
  };

  static void serve(int port) throws Exception {
    ServerServiceDefinition service = ServerServiceDefinition.builder(Peer.SERVICE)
        .addMethod(Peer.ECHO, asyncUnaryCall(ECHO))
        .addMethod(Peer.LARGE, asyncUnaryCall(ECHO))
        .addMethod(Peer.ANNOTATE, annotated(asyncUnaryCall(ECHO)))
        .addMethod(Peer.FAIL, asyncUnaryCall((request, answers) ->
            answers.onError(Status.NOT_FOUND.withDescription(FAILURE).asRuntimeException())))
        .addMethod(Peer.SILENCE, asyncUnaryCall((request, answers) -> {}))
        .addMethod(Peer.COLLECT, asyncClientStreamingCall(Collector::new))
        .addMethod(Peer.SPREAD, asyncServerStreamingCall((request, answers) -> {
          for (int count = 0; count < 5; count++) answers.onNext(request);
          answers.onCompleted();
        }))
        .addMethod(Peer.CHAT, asyncBidiStreamingCall(answers -> new Echo(answers, true)))
        .addMethod(Peer.LEAVE, asyncBidiStreamingCall(answers -> new Echo(answers, false)))
        .build();
    var server = NettyServerBuilder.forAddress(new InetSocketAddress("0.0.0.0", port)).addService(service).build();
    server.start();
    System.out.println("{\"listening\":true}");
    server.awaitTermination();
  }

  /** Sends what the client has annotated back, as headers and as trailers. */
  private static ServerCallHandler<byte[], byte[]> annotated(ServerCallHandler<byte[], byte[]> handler) {
    return (call, asked) -> {
      Metadata found = new Metadata();
      found.put(Peer.TEXT, asked.get(Peer.TEXT));
      found.put(Peer.BINARY, asked.get(Peer.BINARY));
      return handler.startCall(new AnnotatedCall(call, found), asked);
    };
  }

  private static final class AnnotatedCall extends SimpleForwardingServerCall<byte[], byte[]> {
    private final Metadata found;

    AnnotatedCall(ServerCall<byte[], byte[]> call, Metadata found) {
      super(call);
      this.found = found;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      headers.merge(found);
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      trailers.merge(found);
      super.close(status, trailers);
    }
  }

  /** Answers with the last message. */
  private static final class Collector implements StreamObserver<byte[]> {
    private final StreamObserver<byte[]> answers;
    private byte[] last;

    Collector(StreamObserver<byte[]> answers) {
      this.answers = answers;
    }

    @Override
    public void onNext(byte[] message) {
      last = message;
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      answers.onNext(last);
      answers.onCompleted();
    }
  }

  /** Answers each message with itself, and ends with the client or waits for it to cancel. */
  private record Echo(StreamObserver<byte[]> answers, boolean ends) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] message) {
      answers.onNext(message);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      if (ends) answers.onCompleted();
    }
  }
}
