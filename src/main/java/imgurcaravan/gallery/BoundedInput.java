package imgurcaravan.gallery;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Ends with an error where an answer goes beyond a number of bytes, and keeps its beginning. */
final class BoundedInput extends FilterInputStream {

    private static final int HEAD = 4_096;

    private final long limit;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private long read;

    BoundedInput(InputStream in, long limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        if (count > 0) {
            head.write(bytes, offset, Math.min(count, HEAD - head.size()));
            read += count;
        }
        if (read > limit) {
            throw new ExceededException(limit);
        }
        return count;
    }

    /** The first bytes that were read, as text; 4,096 at most. */
    String head() {
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** There are more bytes than are read. */
    static final class ExceededException extends IOException {

        private static final long serialVersionUID = 1L;

        ExceededException(long limit) {
            super("more than " + limit + " bytes");
        }
    }
}
