package imgurcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.gallery.ApiRefusedException;
import imgurcaravan.gallery.ApiUnavailableException;
import imgurcaravan.image.ImageIncompleteException;
import imgurcaravan.image.ImageRefusedException;
import imgurcaravan.run.SettingsException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.RuntimeCamelException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureReasonsTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                // Our own messages are used unchanged.
                Arguments.of(new ApiUnavailableException("the API responded 503"), "the API responded 503"),
                Arguments.of(new ApiRefusedException("the API responded 404"), "the API responded 404"),
                Arguments.of(new ImageIncompleteException("3 of 5 bytes received"), "3 of 5 bytes received"),
                Arguments.of(new ImageRefusedException("larger than 200.0 MB"), "larger than 200.0 MB"),
                Arguments.of(new SettingsException("imgur.once is not set"), "imgur.once is not set"),
                Arguments.of(
                        new HostRefusedException("host a.test is not in the list"), "host a.test is not in the list"),
                Arguments.of(
                        new TransferTimeoutException("not complete within 60 s", new IOException("closed")),
                        "not complete within 60 s"),
                Arguments.of(new ImageRefusedException(null), "ImageRefusedException"),
                // Network errors are reworded.
                Arguments.of(new UnknownHostException("i.imgur.com"), "host not found: i.imgur.com"),
                Arguments.of(new SocketException("Connection reset"), "the connection broke: Connection reset"),
                Arguments.of(
                        new ConnectionClosedException(
                                "Premature end of Content-Length delimited message body (expected: 1,234; received: 56)"),
                        "the server closed the connection: 56 of 1234 bytes received"),
                Arguments.of(
                        new ConnectionClosedException(
                                "Premature end of chunk coded message body: closing chunk expected"),
                        "the server closed the connection in the middle of the body"),
                Arguments.of(new SocketTimeoutException("Read timed out"), "the server timed out"),
                Arguments.of(new ConnectException("Connection refused"), "no connection: Connection refused"),
                Arguments.of(
                        new HttpHostConnectException("Connect to a:1 failed"), "no connection: Connect to a:1 failed"),
                Arguments.of(
                        new ConnectTimeoutException("Connect to a:1 timed out"),
                        "the server timed out: Connect to a:1 timed out"),
                Arguments.of(new SSLHandshakeException("bad certificate"), "no secure connection: bad certificate"),
                Arguments.of(new SSLPeerUnverifiedException("no name"), "no secure connection: no name"),
                Arguments.of(
                        new NoHttpResponseException("a:1 failed to respond"),
                        "the server closed the connection: a:1 failed to respond"),
                Arguments.of(
                        new ConnectionClosedException("Premature end"),
                        "the server closed the connection: Premature end"),
                Arguments.of(new UnknownHostException(), "host not found: no reason given"),
                // All others keep their class names.
                Arguments.of(new IOException("No space left on device"), "IOException: No space left on device"),
                Arguments.of(new FileNotFoundException("a.part"), "FileNotFoundException: a.part"),
                Arguments.of(new IOException(), "IOException"),
                Arguments.of(new IllegalStateException(), "IllegalStateException"),
                Arguments.of(new OutOfMemoryError("Java heap space"), "OutOfMemoryError: Java heap space"),
                Arguments.of(
                        new RuntimeCamelException("failed", new ConnectException("Connection refused")),
                        "RuntimeCamelException: failed: no connection: Connection refused"),
                Arguments.of(
                        new IllegalStateException("a", new IllegalArgumentException("b", new IOException("c"))),
                        "IllegalStateException: a: IllegalArgumentException: b: IOException: c"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysWhyInOneLine(Throwable thrown, String reason) {
        assertThat(FailureReasons.of(thrown)).isEqualTo(reason);
    }

    @Test
    void showsTheFirstLineOfEveryMessage() {
        IllegalStateException thrown =
                new IllegalStateException("first\nsecond", new IOException("third\r\nfourth\u001b[2J"));

        String reason = FailureReasons.of(thrown);

        assertThat(reason).startsWith("IllegalStateException: first").doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void endsWhereCausesGoInACircle() {
        IllegalStateException one = new IllegalStateException("one");
        IllegalStateException other = new IllegalStateException("other", one);
        one.initCause(other);

        assertThat(FailureReasons.of(one))
                .startsWith("IllegalStateException: one")
                .hasSizeLessThan(400);
    }

    @Test
    void namesAnExceptionOfCamel() {
        assertThat(FailureReasons.of(new CamelExchangeException("broken", null)))
                .startsWith("CamelExchangeException: broken");
    }

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "'  padded ', padded",
        "'first\nsecond', first",
        "'first\rsecond', first",
        "'first\r\nsecond', first",
        "'\n\nthird', third",
        "'', ''",
        "'a\tb', a?b",
        "'a\u0000b', a?b",
        "'\u001b[31mred', ?[31mred",
        "'a\u0085b', a?b",
        "'a\u202eb', a?b",
        "'a\u200bb', a?b",
        "Caf\u00e9 \u4f60\u597d, Caf\u00e9 \u4f60\u597d",
        "'\ud83d\udc2a!', '\ud83d\udc2a!'",
        "'lone \ud83d!', 'lone ?!'"
    })
    void printsExternalText(String text, String printed) {
        assertThat(FailureReasons.printable(text)).isEqualTo(printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"first\u2028second", "first\u2029second"})
    void keepsUnicodeSeparatorsFromBreakingTheLine(String text) {
        assertThat(FailureReasons.printable(text)).startsWith("first").doesNotContainPattern("[\\p{Zl}\\p{Zp}]");
    }

    @Test
    void saysWhereThereIsNoText() {
        assertThat(FailureReasons.printable(null)).isEqualTo("no reason given");
    }

    @Test
    void cutsAfter300Characters() {
        assertThat(FailureReasons.printable("x".repeat(300))).isEqualTo("x".repeat(300));
        assertThat(FailureReasons.printable("x".repeat(301))).isEqualTo("x".repeat(300) + "\u2026");
        assertThat(FailureReasons.of(new IOException("x".repeat(1_000_000)))).hasSizeLessThan(350);
    }

    @Test
    void cutsNoCharacterInHalf() {
        String text = "x".repeat(299) + "\ud83d\udc2a".repeat(10);

        String printed = FailureReasons.printable(text);

        assertThat(printed).isEqualTo("x".repeat(299) + "\u2026");
    }

    @Test
    void escapesEveryCharacterThatATerminalWouldObeyOrHide() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String text = "a" + Character.toString(c) + "b";
            boolean hidden =
                    switch (Character.getType(c)) {
                        case Character.CONTROL,
                                Character.FORMAT,
                                Character.SURROGATE,
                                Character.PRIVATE_USE,
                                Character.UNASSIGNED,
                                Character.LINE_SEPARATOR,
                                Character.PARAGRAPH_SEPARATOR -> true;
                        default -> false;
                    };
            String escaped = FailureReasons.escaped(text);
            if (hidden) {
                assertThat(escaped).matches("a(\\\\u[0-9a-f]{4}){1,2}b");
                assertThat(FailureReasons.printable("x" + text)).matches("xa\\??b?");
            } else {
                assertThat(escaped).isEqualTo(text);
            }
        }
        assertThat(FailureReasons.escaped("\u009b\u202e\u2066\udb40\udc41"))
                .isEqualTo("\\u009b\\u202e\\u2066\\udb40\\udc41");
    }
}
