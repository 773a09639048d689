package imgurcaravan.gallery;

import imgurcaravan.http.TransferDeadline;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The body of an API response: fails beyond a number of bytes or a deadline, and keeps its beginning. */
final class ResponseBody extends FilterInputStream {

    private static final int HEAD = 4_096;

    private final long limit;
    private final TransferDeadline deadline;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private long read;

    /**
     * @param in may be null for a response without a body
     * @param limit the maximum number of bytes that may be read
     */
    ResponseBody(InputStream in, long limit, TransferDeadline deadline) {
        super(in == null ? InputStream.nullInputStream() : in);
        this.limit = limit;
        this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count;
        try {
            count = super.read(bytes, offset, length);
        } catch (IOException e) {
            throw deadline.reason(e);
        }
        if (count > 0) {
            head.write(bytes, offset, Math.min(count, HEAD - head.size()));
            read += count;
        }
        if (read > limit) {
            throw new ApiUnavailableException("the API responded with more than " + limit + " bytes");
        }
        return count;
    }

    /**
     * Leaves the connection open for the deadline to close: a parser closes a body that it cannot parse, but its head
     * is still needed.
     */
    @Override
    public void close() {
        // The deadline of the request closes it.
    }

    /** The first bytes as text, 4,096 at most, whether they were read before or not. */
    String head() throws IOException {
        // A parser stops at the first byte that is not JSON, however little of the page was read by then.
        readNBytes(HEAD - head.size());
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
