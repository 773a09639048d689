package imgurcaravan.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A socket that can hold back what is written to it, so that a response, with its encryption, is made before the
 * moment at which it leaves. For one thread at a time, as a {@link Connection} has.
 */
final class CorkedSocket extends Socket {

    /** What accepts such sockets. */
    static final class CorkedListener extends ServerSocket {

        /** Not bound yet. */
        CorkedListener() throws IOException {}

        @Override
        public CorkedSocket accept() throws IOException {
            CorkedSocket socket = new CorkedSocket();
            implAccept(socket);
            return socket;
        }
    }

    /** Memory that is used again by the next response. */
    private static final class HeldBytes extends ByteArrayOutputStream {

        void writeAndForget(OutputStream out) throws IOException {
            out.write(buf, 0, count);
            reset();
        }
    }

    private final HeldBytes held = new HeldBytes();
    private boolean corked;

    /** From now on nothing leaves. */
    void cork() {
        corked = true;
    }

    /** All that was held back leaves, and so does what follows. */
    void uncork() throws IOException {
        corked = false;
        held.writeAndForget(super.getOutputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream out = super.getOutputStream();
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                (corked ? held : out).write(bytes, offset, length);
            }
        };
    }
}
