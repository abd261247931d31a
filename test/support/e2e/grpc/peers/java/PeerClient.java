import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The calls of the client, one after the other. */
final class PeerClient {
  private static final long DEADLINE_MS = 200;

  private final ManagedChannel channel;

  private PeerClient(ManagedChannel channel) {
    this.channel = channel;
  }

  static void callAll(String host, int port) throws Exception {
    var address = new InetSocketAddress(host, port);
    ManagedChannel channel = NettyChannelBuilder.forAddress(address).proxyDetector(target -> null).usePlaintext().build();
    PeerClient client = new PeerClient(channel);
    Metadata annotations = new Metadata();
    annotations.put(Peer.TEXT, "plain words");
    annotations.put(Peer.BINARY, new byte[] {0, 1, (byte) 254, (byte) 255});
    client.new Call(Peer.ECHO).sendAll(message(0));
    client.new Call(Peer.ANNOTATE, CallOptions.DEFAULT, annotations).sendAll(message(0));
    client.new Call(Peer.FAIL).sendAll(message(0));
    client.new Call(Peer.LARGE).sendAll(largeMessage());
    client.new Call(Peer.COLLECT).sendAll(message(0), message(1), message(2), message(3), message(4));
    client.new Call(Peer.SPREAD).sendAll(message(0));
    client.new Call(Peer.CHAT).talk(5);
    CallOptions limited = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_MS, TimeUnit.MILLISECONDS);
    client.new Call(Peer.SILENCE, limited, new Metadata()).sendAll(message(0));
    client.new Call(Peer.LEAVE).talk(2);
    client.new Call(Peer.MISSING).sendAll(message(0));
    channel.shutdown().awaitTermination(10, TimeUnit.SECONDS);
  }

  private static byte[] message(int index) {
    byte[] text = ("message " + index).getBytes(StandardCharsets.US_ASCII);
    byte[] message = new byte[text.length + 2];
    message[0] = 0x0a;
    message[1] = (byte) text.length;
    System.arraycopy(text, 0, message, 2, text.length);
    return message;
  }

  private static byte[] largeMessage() {
    byte[] message = new byte[4 + (1 << 20)];
    Arrays.fill(message, (byte) 'x');
    System.arraycopy(new byte[] {0x0a, (byte) 0x80, (byte) 0x80, 0x40}, 0, message, 0, 4);
    return message;
  }

  /** One call, and what it says of itself when it has ended. */
  private final class Call extends ClientCall.Listener<byte[]> {
    private final MethodDescriptor<byte[], byte[]> method;
    private final ClientCall<byte[], byte[]> call;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<byte[]> sent = new ArrayList<>();
    private final List<byte[]> received = new ArrayList<>();
    /** How many are sent one by one. */
    private int count;

    Call(MethodDescriptor<byte[], byte[]> method) {
      this(method, CallOptions.DEFAULT, new Metadata());
    }

    Call(MethodDescriptor<byte[], byte[]> method, CallOptions options, Metadata annotations) {
      this.method = method;
      call = channel.newCall(method, options);
      call.start(this, annotations);
      call.request(Integer.MAX_VALUE);
    }

    void sendAll(byte[]... messages) throws InterruptedException {
      for (byte[] message : messages) send(message);
      call.halfClose();
      ended.await();
    }

    /** Sends the next message when the one before has come back. */
    void talk(int count) throws InterruptedException {
      this.count = count;
      send(message(0));
      ended.await();
    }

    private void send(byte[] message) {
      sent.add(message);
      call.sendMessage(message);
    }

    @Override
    public void onMessage(byte[] message) {
      received.add(message);
      if (count == 0) return;
      if (sent.size() < count) send(message(sent.size()));
      else if (method == Peer.LEAVE) call.cancel("enough", null);
      else call.halfClose();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      String message = status.getDescription() == null ? "" : status.getDescription();
      System.out.println("{\"method\":\"" + method.getBareMethodName() + "\",\"status\":" + status.getCode().value()
          + ",\"message\":\"" + message.replace("\"", "'").replace("\n", " ") + "\",\"sent\":" + sent.size()
          + ",\"received\":" + received.size() + ",\"sent_bytes\":" + bytes(sent) + ",\"received_bytes\":"
          + bytes(received) + "}");
      ended.countDown();
    }

    private int bytes(List<byte[]> messages) {
      return messages.stream().mapToInt(message -> message.length).sum();
    }
  }
}
