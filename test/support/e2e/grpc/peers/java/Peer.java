import static io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING;
import static io.grpc.MethodDescriptor.MethodType.CLIENT_STREAMING;
import static io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING;
import static io.grpc.MethodDescriptor.MethodType.UNARY;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A server or a client of grpc-netty: `server PORT`, or `client HOST PORT`, of the calls in ../../calls.ts. */
public final class Peer {
  static final String SERVICE = "peers.Peer";
  static final Metadata.Key<String> TEXT = Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<byte[]> BINARY = Metadata.Key.of("x-data-bin", Metadata.BINARY_BYTE_MARSHALLER);

  static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", UNARY);
  static final MethodDescriptor<byte[], byte[]> ANNOTATE = method("Annotate", UNARY);
  static final MethodDescriptor<byte[], byte[]> FAIL = method("Fail", UNARY);
  static final MethodDescriptor<byte[], byte[]> LARGE = method("Large", UNARY);
  static final MethodDescriptor<byte[], byte[]> COLLECT = method("Collect", CLIENT_STREAMING);
  static final MethodDescriptor<byte[], byte[]> SPREAD = method("Spread", SERVER_STREAMING);
  static final MethodDescriptor<byte[], byte[]> CHAT = method("Chat", BIDI_STREAMING);
  static final MethodDescriptor<byte[], byte[]> SILENCE = method("Silence", UNARY);
  static final MethodDescriptor<byte[], byte[]> LEAVE = method("Leave", BIDI_STREAMING);
  static final MethodDescriptor<byte[], byte[]> MISSING = method("Missing", UNARY);

  public static void main(String[] words) throws Exception {
    if (words[0].equals("server")) PeerServer.serve(Integer.parseInt(words[1]));
    else PeerClient.callAll(words[1], Integer.parseInt(words[2]));
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setType(type)
        .build();
  }

  /** Messages are the bytes that they are. */
  private static final class Bytes implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
  }
}
