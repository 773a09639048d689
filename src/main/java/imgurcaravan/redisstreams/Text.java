package imgurcaravan.redisstreams;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/** Converts text to and from UTF-8; rejects what is not text instead of repairing it. */
final class Text {

    private Text() {}

    /** The body as UTF-8. */
    static byte[] body(Exchange exchange) throws InvalidPayloadException {
        Object body = exchange.getMessage().getBody();
        if (body == null) {
            throw invalid("the body is missing");
        }
        if (body instanceof CharSequence || body instanceof Number || body instanceof Boolean) {
            return encoded(body.toString());
        }
        if (body instanceof byte[] bytes) {
            decoded(bytes);
            return bytes;
        }
        var converters = exchange.getContext().getTypeConverterRegistry();
        if (converters.lookup(byte[].class, body.getClass()) != null && !(body instanceof java.io.Reader)) {
            byte[] bytes = exchange.getMessage().getMandatoryBody(byte[].class);
            decoded(bytes);
            return bytes;
        }
        if (converters.lookup(String.class, body.getClass()) != null) {
            return encoded(exchange.getMessage().getMandatoryBody(String.class));
        }
        throw invalid("the body is not text but of the type " + body.getClass().getName());
    }

    static byte[] encoded(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw invalid("a text has a lone surrogate, which UTF-8 cannot hold");
        }
    }

    /** @throws IllegalArgumentException if these bytes are not UTF-8 */
    static String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw invalid("the bytes are not UTF-8 text");
        }
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("An entry of a stream must be text, but " + why);
    }
}
