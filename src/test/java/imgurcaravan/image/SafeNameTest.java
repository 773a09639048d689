package imgurcaravan.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SafeNameTest {

    private static final String CAMEL = "\ud83d\udc2a";

    private final SafeName safe = new SafeName(UTF_8);

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("Dusk over the dunes, day 3", "Dusk over the dunes, day 3"),
                Arguments.of("\u0642\u0627\u0641\u0644\u0629 " + CAMEL, "\u0642\u0627\u0641\u0644\u0629 " + CAMEL),
                Arguments.of(null, ""),
                Arguments.of("", ""),
                Arguments.of(" \n\t ", ""),
                Arguments.of("..", ""),
                Arguments.of("../../etc/passwd", "etc-passwd"),
                Arguments.of("C:\\Windows", "C--Windows"),
                Arguments.of("AC/DC | live: 1991", "AC-DC - live- 1991"),
                Arguments.of("What \"is\" this?", "What 'is' this"),
                Arguments.of("<b>*bold*</b>", "bbold-b"),
                Arguments.of("${camelContext} {{imgur.client-id}}", "$(camelContext) ((imgur.client-id))"),
                Arguments.of("one\ntwo\r\nthree\u2028four\u00a0five\u3000six", "one two three four five six"),
                Arguments.of("a\u0000b\u0007c\u001bd\u007fe", "abcde"),
                Arguments.of("gpj.\u202eexe\u202c \u2066x\u2069\u200b\ufeff", "gpj.exe x"),
                Arguments.of("lone \ud800 and \udc00, none \uffff\ufdd0", "lone and , none"),
                Arguments.of("e\u0301te\u0301", "\u00e9t\u00e9"),
                Arguments.of("-rf ~", "rf ~"),
                Arguments.of(".hidden", "hidden"),
                Arguments.of("The end...", "The end"),
                Arguments.of("The end. . .", "The end"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void makesATextSafe(String text, String expected) {
        String name = safe.text(text);

        // Also compared by code points, because many of these characters are invisible.
        assertThat(name.codePoints().toArray())
                .as(name)
                .isEqualTo(expected.codePoints().toArray());
    }

    @Test
    void cutsAtTheEndOfACharacter() {
        assertThat(SafeName.cut("abc", 3)).isEqualTo("abc");
        assertThat(SafeName.cut("abcd", 3)).isEqualTo("abc");
        assertThat(SafeName.cut("ab\u00e9", 3)).isEqualTo("ab");
        assertThat(SafeName.cut("a\u7802", 3)).isEqualTo("a");
        assertThat(SafeName.cut(CAMEL + CAMEL, 7)).isEqualTo(CAMEL);
        assertThat(SafeName.cut("a . b", 3)).isEqualTo("a");
        assertThat(SafeName.cut(CAMEL, 3)).isEmpty();
        assertThat(SafeName.cut("", 0)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CON, _CON",
        "nul.jpg, _nul.jpg",
        "Aux.tar.gz, _Aux.tar.gz",
        "COM1, _COM1",
        "LPT\u00b9.png, _LPT\u00b9.png",
        "'PRN .jpg', '_PRN .jpg'",
        "CONTRAST.jpg, CONTRAST.jpg",
        "COM12, COM12",
        "x CON.jpg, x CON.jpg"
    })
    void avoidsNamesOfDevices(String name, String expected) {
        assertThat(SafeName.noDevice(name)).isEqualTo(expected);
    }

    @Test
    void writesWhatTheLocaleCanWrite() {
        SafeName ascii = new SafeName(StandardCharsets.US_ASCII);
        SafeName latin = new SafeName(Charset.forName("ISO-8859-1"));

        assertThat(ascii.text("Fata Morgana, \u00fcber \u7802\u6f20 dem " + CAMEL))
                .isEqualTo("Fata Morgana, _ber _ dem _");
        assertThat(latin.text("\u00fcber \u7802\u6f20")).isEqualTo("\u00fcber _");
        assertThat(ascii.isUnicode()).isFalse();
        assertThat(latin.isUnicode()).isFalse();
        assertThat(safe.isUnicode()).isTrue();
    }
}
